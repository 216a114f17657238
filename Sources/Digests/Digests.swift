// Digests: SHA-256 and keyed BLAKE2b for what must not be forged, XXH3 for what must not be damaged on its way or where it lies.
//
// Both are libraries' (libsodium, xxHash). A file is digested a mebibyte at a time.
