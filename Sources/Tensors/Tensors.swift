// Tensors: owned storage, matrix views over it, and every numeric kernel, as functions of views.
//
// - `Storage/` owns memory. Everything above passes `Matrix` views and never a pointer.
// - `Weights/` is matrices of weights in the format they are stored in; products widen them on the way.
// - `Lanes/` shares out tiles of work. A tile is a function of shapes alone wherever its cut shows in the result, so that the number
//   of lanes never does.
// - `Kernels/` is the Swift face of CKernels: it checks shapes, splits work over lanes and calls C.
// - `OpenBLAS/` loads the library that products are compared with.
//
// What must hold for a run to be a function: each kernel computes a row from that row alone, in an order fixed by its width, and with the same
// bits on every instruction set. `kernels/vector.h` says how, `kernels/product.h` and `kernels/pairs.h` define the products.
