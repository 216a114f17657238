void EMPO_VARIANT(empo_rotary)(float *x, const int32_t *positions, const float *cosines, const float *sines, int64_t rows,
                             int64_t stride, int64_t heads, int64_t head_width, float direction) {
  int64_t half = head_width / 2;
  for (int64_t t = 0; t < rows; t++) {
    const float *c = cosines + positions[t] * half;
    const float *s = sines + positions[t] * half;
    for (int64_t h = 0; h < heads; h++) {
      float *restrict a = x + t * stride + h * head_width;
      float *restrict b = a + half;
      for (int64_t i = 0; i < half; i++) {
        float u = a[i], v = b[i], sine = s[i] * direction;
        a[i] = __builtin_elementwise_fma(u, c[i], -(v * sine));
        b[i] = __builtin_elementwise_fma(v, c[i], u * sine);
      }
    }
  }
}

EMPO_INLINE v16 silu(v16 g) { return g / (empo_splat(1) + empo_exp16(-g)); }

void EMPO_VARIANT(empo_swiglu)(float *y, const float *gate_up, int64_t rows, int64_t width) {
  for (int64_t t = 0; t < rows; t++) {
    const float *gate = gate_up + t * 2 * width, *up = gate + width;
    float *yt = y + t * width;
    int64_t i = 0;
    for (; i + 16 <= width; i += 16) empo_store(yt + i, silu(empo_load(gate + i)) * empo_load(up + i));
    if (i < width) {
      int n = (int)(width - i);
      empo_store_part(yt + i, n, silu(empo_load_part(gate + i, n, 0)) * empo_load_part(up + i, n, 0));
    }
  }
}

void EMPO_VARIANT(empo_swiglu_backward)(float *d_gate_up, const float *dy, const float *gate_up, int64_t rows, int64_t width) {
  for (int64_t t = 0; t < rows; t++) {
    const float *gate = gate_up + t * 2 * width, *up = gate + width, *dyt = dy + t * width;
    float *d_gate = d_gate_up + t * 2 * width, *d_up = d_gate + width;
    for (int64_t i = 0; i < width; i += 16) {
      int n = width - i < 16 ? (int)(width - i) : 16;
      v16 g = n == 16 ? empo_load(gate + i) : empo_load_part(gate + i, n, 0);
      v16 u = n == 16 ? empo_load(up + i) : empo_load_part(up + i, n, 0);
      v16 d = n == 16 ? empo_load(dyt + i) : empo_load_part(dyt + i, n, 0);
      v16 sigmoid = empo_splat(1) / (empo_splat(1) + empo_exp16(-g));
      v16 du = d * g * sigmoid;
      v16 dg = d * u * sigmoid * __builtin_elementwise_fma(g, empo_splat(1) - sigmoid, empo_splat(1));
      if (n == 16) {
        empo_store(d_gate + i, dg);
        empo_store(d_up + i, du);
      } else {
        empo_store_part(d_gate + i, n, dg);
        empo_store_part(d_up + i, n, du);
      }
    }
  }
}

// x * P(X <= x) of a standard normal X. Its tail is exp(-x^2/2) times a function of t = 1 / (1 + 0.26 |x|) that the polynomial follows
// within 1e-8, up to |x| = 14, beyond which the tail is 0 in float32 arithmetic.
EMPO_INLINE v16 gelu(v16 x) {
  v16 size = empo_select(x < empo_splat(0), -x, x);
  v16 t = empo_splat(1) / __builtin_elementwise_fma(empo_splat(0.26f), size, empo_splat(1));
  v16 p = empo_splat(0.03415561f);
  p = __builtin_elementwise_fma(p, t, empo_splat(-0.17174938f));
  p = __builtin_elementwise_fma(p, t, empo_splat(0.29383865f));
  p = __builtin_elementwise_fma(p, t, empo_splat(-0.20456946f));
  p = __builtin_elementwise_fma(p, t, empo_splat(0.20320049f));
  p = __builtin_elementwise_fma(p, t, empo_splat(0.029575486f));
  p = __builtin_elementwise_fma(p, t, empo_splat(0.11003824f));
  p = __builtin_elementwise_fma(p, t, empo_splat(0.10159765f));
  p = __builtin_elementwise_fma(p, t, empo_splat(0.10392062f));
  p = __builtin_elementwise_fma(p, t, empo_splat(-7.8808744e-6f));
  v16 tail = empo_exp16(empo_splat(-0.5f) * x * x) * p;
  return x * empo_select(x < empo_splat(0), tail, empo_splat(1) - tail);
}

void EMPO_VARIANT(empo_gelu)(float *x, int64_t rows, int64_t width) {
  int64_t count = rows * width, i = 0;
  for (; i + 16 <= count; i += 16) empo_store(x + i, gelu(empo_load(x + i)));
  if (i < count) {
    int n = (int)(count - i);
    empo_store_part(x + i, n, gelu(empo_load_part(x + i, n, 0)));
  }
}

void EMPO_VARIANT(empo_add_bias)(float *x, const float *bias, int64_t rows, int64_t width, int64_t stride) {
  for (int64_t t = 0; t < rows; t++)
    for (int64_t c = 0; c < width; c++) x[t * stride + c] += bias[c];
}

void EMPO_VARIANT(empo_add_column_sums)(float *sum, const float *x, int64_t rows, int64_t width, int64_t stride) {
  for (int64_t t = 0; t < rows; t++)
    for (int64_t c = 0; c < width; c++) sum[c] += x[t * stride + c];
}

void EMPO_VARIANT(empo_add)(float *y, const float *x, int64_t count) {
  for (int64_t i = 0; i < count; i++) y[i] += x[i];
}

void EMPO_VARIANT(empo_gather_rows)(float *y, const float *table, const int32_t *ids, int64_t rows, int64_t width) {
  for (int64_t t = 0; t < rows; t++) empo_copy(y + t * width, table + ids[t] * width, width);
}

void EMPO_VARIANT(empo_scatter_add_rows)(float *table, const float *dy, const int32_t *ids, int64_t rows, int64_t width,
                                       int64_t first, int64_t columns) {
  for (int64_t t = 0; t < rows; t++) {
    float *restrict row = table + ids[t] * width + first;
    const float *restrict d = dy + t * width + first;
    for (int64_t c = 0; c < columns; c++) row[c] += d[c];
  }
}
