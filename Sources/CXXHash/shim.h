// xxHash's plain header, from the system's libxxhash-dev; the functions come from the shared library.
#include <xxhash.h>
