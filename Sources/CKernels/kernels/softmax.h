#define LOWEST -3.0e38f

EMPO_INLINE v16 load_logits(const float *logits, int64_t i, int64_t vocabulary) {
  return i + 16 <= vocabulary ? empo_load(logits + i) : empo_load_part(logits + i, (int)(vocabulary - i), LOWEST);
}

EMPO_INLINE float row_maximum(const float *logits, int64_t vocabulary) {
  v16 m = empo_splat(LOWEST);
  for (int64_t i = 0; i < vocabulary; i += 16) m = empo_maximum(m, load_logits(logits, i, vocabulary));
  return empo_max16(m);
}

EMPO_INLINE float exponential_sum(const float *logits, int64_t vocabulary, float maximum, float scale) {
  v16 sum = empo_splat(0);
  for (int64_t i = 0; i < vocabulary; i += 16)
    sum += empo_exp16((load_logits(logits, i, vocabulary) - empo_splat(maximum)) * empo_splat(scale));
  return empo_sum16(sum);
}

void EMPO_VARIANT(empo_log_softmax_gather)(float *log_probabilities, float *entropies, const float *logits, const int32_t *targets,
                                         int64_t rows, int64_t vocabulary) {
  for (int64_t t = 0; t < rows; t++) {
    const float *row = logits + t * vocabulary;
    float maximum = row_maximum(row, vocabulary);
    float sum = exponential_sum(row, vocabulary, maximum, 1.0f);
    log_probabilities[t] = (row[targets[t]] - maximum) - empo_log(sum);
    if (entropies) {  // ln Z - E[logit - max]
      v16 weighted = empo_splat(0);
      for (int64_t i = 0; i < vocabulary; i += 16) {
        v16 x = load_logits(row, i, vocabulary) - empo_splat(maximum);
        v16 p = empo_exp16(x);
        weighted = __builtin_elementwise_fma(p, empo_select(p > empo_splat(0), x, empo_splat(0)), weighted);
      }
      entropies[t] = empo_log(sum) - empo_sum16(weighted) / sum;
    }
  }
}

void EMPO_VARIANT(empo_log_softmax_gather_backward)(float *logits, const int32_t *targets, const float *coefficients, int64_t rows,
                                                  int64_t vocabulary) {
  for (int64_t t = 0; t < rows; t++) {
    float *row = logits + t * vocabulary;
    float maximum = row_maximum(row, vocabulary);
    float factor = -coefficients[t] / exponential_sum(row, vocabulary, maximum, 1.0f);
    for (int64_t i = 0; i < vocabulary; i += 16) {
      v16 d = empo_splat(factor) * empo_exp16(load_logits(row, i, vocabulary) - empo_splat(maximum));
      if (i + 16 <= vocabulary)
        empo_store(row + i, d);
      else
        empo_store_part(row + i, (int)(vocabulary - i), d);
    }
    row[targets[t]] += coefficients[t];
  }
}

int32_t EMPO_VARIANT(empo_sample_row)(const float *logits, int64_t vocabulary, float inverse_temperature, float u) {
  float maximum = row_maximum(logits, vocabulary);
  float threshold = u * exponential_sum(logits, vocabulary, maximum, inverse_temperature);
  float cumulative = 0;
  int32_t last = 0;
  for (int64_t i = 0; i < vocabulary; i += 16) {
    v16 p = empo_exp16((load_logits(logits, i, vocabulary) - empo_splat(maximum)) * empo_splat(inverse_temperature));
    float block = empo_sum16(p);
    if (cumulative + block > threshold) {
      for (int lane = 0; lane < 16 && i + lane < vocabulary; lane++) {
        cumulative += p[lane];
        if (p[lane] > 0) last = (int32_t)(i + lane);
        if (cumulative > threshold) return last;
      }
      continue;  // rounding left the threshold just above this block
    }
    cumulative += block;
    if (block > 0)
      for (int lane = 0; lane < 16; lane++)
        if (p[lane] > 0) last = (int32_t)(i + lane);
  }
  return last;
}

int32_t EMPO_VARIANT(empo_argmax_row)(const float *logits, int64_t vocabulary) {
  int32_t best = 0;
  for (int64_t i = 1; i < vocabulary; i++)
    if (logits[i] > logits[best]) best = (int32_t)i;
  return best;
}

void EMPO_VARIANT(empo_log_softmax_top)(float *log_probabilities, int32_t *ids, const float *logits, int64_t vocabulary,
                                      int64_t count) {
  // The largest logits so far, in order, lie where their log-probabilities will. Equal ones stay in the order in which they came.
  float *largest = log_probabilities;
  int64_t held = 0;
  for (int64_t i = 0; i < vocabulary; i += 16) {
    if (held == count && !(empo_max16(load_logits(logits, i, vocabulary)) > largest[count - 1])) continue;
    for (int64_t id = i; id < i + 16 && id < vocabulary; id++) {
      float x = logits[id];
      if (held == count && !(x > largest[count - 1])) continue;
      int64_t place = held < count ? held++ : count - 1;
      for (; place > 0 && x > largest[place - 1]; place--) {
        largest[place] = largest[place - 1];
        ids[place] = ids[place - 1];
      }
      largest[place] = x;
      ids[place] = (int32_t)id;
    }
  }
  float maximum = row_maximum(logits, vocabulary);
  float sum = exponential_sum(logits, vocabulary, maximum, 1.0f);
  for (int64_t place = 0; place < count; place++) log_probabilities[place] = (largest[place] - maximum) - empo_log(sum);
}
