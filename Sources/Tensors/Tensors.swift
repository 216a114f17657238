// Tensors: owned storage, matrix views over it, and every numeric kernel, as functions of views.
//
// - `Storage/` owns memory. Everything above passes `Matrix` views and never a pointer.
// - `Weights/` is matrices of weights in the format they are stored in; products widen them on the way.
// - `Lanes/` shares out tiles of work. A tile is a function of shapes alone wherever its cut shows in the result, so that the number
//   of lanes never does.
// - `OpenBLAS/` loads the library of float32 products, describes it, and refuses one that computes wrongly.
// - `Kernels/` is the Swift face of CKernels and OpenBLAS: it checks shapes, splits rows over lanes and calls C.
//
// What must hold for a run to be a function: each kernel computes a row from that row alone, in an order fixed by its width.
// Float32 products keep to this by calling OpenBLAS on whole tiles of rows (see `Matrix+Products.swift`), bfloat16 ones and those of low
// rank by kernels of our own, each of whose elements is one chain of sums (`kernels/bfloat16.h`, `kernels/adapters.h`).
