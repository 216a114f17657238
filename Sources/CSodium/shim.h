// libsodium's plain header, from the system's libsodium-dev.
#include <sodium.h>
