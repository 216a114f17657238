// Every vectorised kernel, under the name that EMPO_VARIANT gives it: included once for each instruction set.
#include "CKernels.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "vector.h"

#include "adapters.h"
#include "attention.h"
#include "attention_backward.h"
#include "bfloat16.h"
#include "elementwise.h"
#include "normalization.h"
#include "optimization.h"
#include "pairs.h"
#include "peak.h"
#include "product.h"
#include "softmax.h"
