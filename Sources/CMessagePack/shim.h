// msgpack-c's plain headers, from the system's libmsgpack-dev or libmsgpack-c-dev. The pack functions are static inline and import as they
// are, so that nothing is linked: what the library is called differs between systems.
#include <msgpack.h>
