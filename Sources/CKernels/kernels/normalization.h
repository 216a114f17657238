void EMPO_VARIANT(empo_rms_norm)(float *y, float *rms, const float *x, const float *w, int64_t rows, int64_t width,
                               int64_t y_stride, int64_t x_stride, float epsilon) {
  for (int64_t t = 0; t < rows; t++) {
    const float *xt = x + t * x_stride;
    float *yt = y + t * y_stride;
    float scale = 1.0f / __builtin_elementwise_sqrt(empo_dot(xt, xt, width) / (float)width + epsilon);
    if (rms) rms[t] = scale;
    int64_t c = 0;
    for (; c + 16 <= width; c += 16) empo_store(yt + c, empo_load(xt + c) * empo_splat(scale) * empo_load(w + c));
    for (; c < width; c++) yt[c] = xt[c] * scale * w[c];
  }
}

// With n = x * rms:  dw += dy * n, where dw is not NULL;  dx = rms * (dy * w - n * mean(dy * w * n)).
void EMPO_VARIANT(empo_rms_norm_backward)(float *dx, float *dw, const float *dy, const float *x, const float *rms, const float *w,
                                        int64_t rows, int64_t width, int64_t dx_stride, int64_t dy_stride, int64_t x_stride,
                                        int accumulate) {
  for (int64_t t = 0; t < rows; t++) {
    const float *xt = x + t * x_stride;
    const float *dyt = dy + t * dy_stride;
    float *dxt = dx + t * dx_stride;
    float scale = rms[t];
    v16 sum = empo_splat(0);
    for (int64_t c = 0; c < width; c += 16) {
      int n = width - c < 16 ? (int)(width - c) : 16;
      sum = __builtin_elementwise_fma(empo_load_columns(dyt + c, n) * empo_load_columns(w + c, n), empo_load_columns(xt + c, n), sum);
    }
    float mean = empo_sum16(sum) * scale / (float)width;
    for (int64_t c = 0; c < width; c += 16) {
      int n = width - c < 16 ? (int)(width - c) : 16;
      v16 normed = empo_load_columns(xt + c, n) * empo_splat(scale), g = empo_load_columns(dyt + c, n);
      if (dw) empo_store_columns(dw + c, n, __builtin_elementwise_fma(g, normed, empo_load_columns(dw + c, n)));
      v16 d = empo_splat(scale) * __builtin_elementwise_fma(g, empo_load_columns(w + c, n), -(normed * empo_splat(mean)));
      empo_store_columns(dxt + c, n, accumulate ? empo_load_columns(dxt + c, n) + d : d);
    }
  }
}

void EMPO_VARIANT(empo_layer_norm)(float *y, const float *x, const float *w, const float *bias, int64_t rows, int64_t width,
                                 int64_t y_stride, int64_t x_stride, float epsilon) {
  for (int64_t t = 0; t < rows; t++) {
    const float *xt = x + t * x_stride;
    float *yt = y + t * y_stride;
    int64_t whole = width - width % 16;
    int n = (int)(width - whole);
    v16 sum = empo_splat(0), squares = empo_splat(0);
    for (int64_t c = 0; c < whole; c += 16) sum += empo_load(xt + c);
    if (n) sum += empo_load_part(xt + whole, n, 0);
    float mean = empo_sum16(sum) / (float)width;
    for (int64_t c = 0; c < whole; c += 16) {
      v16 d = empo_load(xt + c) - empo_splat(mean);
      squares = __builtin_elementwise_fma(d, d, squares);
    }
    if (n) {
      v16 d = empo_load_part(xt + whole, n, mean) - empo_splat(mean);
      squares = __builtin_elementwise_fma(d, d, squares);
    }
    float scale = 1.0f / __builtin_elementwise_sqrt(empo_sum16(squares) / (float)width + epsilon);
    int64_t c = 0;
    for (; c + 16 <= width; c += 16) {
      v16 normed = (empo_load(xt + c) - empo_splat(mean)) * empo_splat(scale);
      empo_store(yt + c, __builtin_elementwise_fma(normed, empo_load(w + c), empo_load(bias + c)));
    }
    for (; c < width; c++) yt[c] = __builtin_elementwise_fma((xt[c] - mean) * scale, w[c], bias[c]);
  }
}
