// msgpack-c's plain headers, from the system's libmsgpack-dev. The pack functions are static inline and import as they are.
#include <msgpack.h>
