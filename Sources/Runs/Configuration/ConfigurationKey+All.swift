import EMPO
import Meaning
import Questions
import Rollouts
import Training
import Wire

extension ConfigurationKey {
  /// Every key, in the order in which they are written and told.
  public static let all: [ConfigurationKey] = [
    .source("model", \.model, "a model folder in Hugging Face's layout", "The base model to train."),
    .source(
      "questions", \.questions, "a file of JSON lines, JSON, CSV or TSV",
      "The questions to train on; answers in them are looked at only by reward accuracy."),
    .source(
      "held_out", \.heldOut, "a file of JSON lines, JSON, CSV or TSV", mayBeNone: true, "The questions with answers to measure on.",
      shapesOutcome: false),
    .optionalText(
      "question_key", \.questionKey, none: "auto", 1...256,
      "The key of a question's text or messages in a questions file, with dots into nested objects; auto is the first that the file has of "
        + QuestionKeys.questionCandidates.joined(separator: ", ") + "."),
    .optionalText(
      "answer_key", \.answerKey, none: "auto", 1...256,
      "The key of a question's answer in a questions file; auto is the first that the file has of "
        + QuestionKeys.answerCandidates.joined(separator: ", ") + "."),
    .prompt(
      "prompt_template", \.promptTemplate,
      "What the model is given, or what the user says in a chat; {question} stands for the question."),
    .optionalText("system", \.system, none: "none", 0...65_536, "What a chat's system message says; none for no such message."),
    .template("template", \.template, "The chat template around the prompt; auto is the model's own, if it has one."),
    .choice(
      "dtype", \.weightStorage,
      "Storage of the policy's weights in rollouts and in the learner's forward; auto: as the checkpoint's tensors are stored."),
    .integer("seed", \.seed, 0...UInt64(Int64.max), "Decides every random number of the run."),
    .integer("steps", \.steps, 1...1_000_000, "Steps: each samples groups and updates the policy."),
    .integer("questions_per_step", \.questionsPerStep, 1...65_536, "Questions, and so groups, of a step."),
    .integer("group_size", \.groupSize, 2...Limits.groupSize, "Responses to each question."),
    .integer(
      "lag", \.lag, 0...8, "Versions that the sampling policy lies behind the one that is updated; 0 is on-policy, 1 overlaps both."),
    .integer("workers", \.workers, 0...256, "Worker processes that empo train starts.", shapesOutcome: false),
    .choice("reward", \.reward, "What a response is rewarded for."),
    .number(
      "empty_reward", \.emptyReward, .init(lower: -1, upper: 0), "What a response without an answer is rewarded with."),
    .judge("judge", \.judge, "What decides that answers mean the same; DIR is a folder in Hugging Face's layout."),
    .integer(
      "judge_rounding", \.judging.math.roundingDigits, MathJudge.Options.roundingDigitsRange,
      "Significant digits by which the math judge compares numbers that have no exact form."),
    .choice(
      "judge_clusters", \.judging.clusterRule, "How a model judge's opinions on pairs, which may contradict each other, become clusters."),
    .number("judge_threshold", \.judging.similarity, .init(lower: -1, upper: 1), "The least cosine of two embeddings that mean the same."),
    .choice(
      "judge_directions", \.judging.direction, "Which answers of a pair a verifier is shown as the reference; one: the earlier answer."),
    .choice("judge_prompt", \.judging.prompt, "What a verifier is asked; plain is a question through the chat template of its model."),
    .choice("fallback", \.reading.extraction.fallback, "What the answer is where a response states none; none for an empty answer."),
    .flag("whole_response", \.reading.takesWholeResponse, "Whether a response's answer is all of it, as of free-form texts."),
    .flag(
      "reject_repetition", \.reading.rejectsRepetition, "Whether an answer that only repeats the question earns 0; for free-form answers."),
    .choice("entropy_estimate", \.entropyEstimate, "Whether a meaning's probability is a share of responses or of likelihood."),
    .number(
      "sampling.temperature", \.sampling.temperature, .init(lower: 0.01, upper: 100), "Logits are divided by this before sampling."),
    .integer("sampling.top_k", \.sampling.topK, 0...10_000_000, "Only so many of the likeliest tokens are sampled from; 0 for all."),
    .number(
      "sampling.top_p", \.sampling.topP, .init(lower: 0, upper: 1, excludesLower: true),
      "Only the likeliest tokens that together reach this probability are sampled from; 1 for all."),
    .integer("sampling.max_new_tokens", \.sampling.maximumNewTokens, 1...Limits.tokens, "The longest response, in tokens."),
    .number("filter.entropy_low", \.filter.entropyLow, share, "Groups with a semantic entropy up to this share of ln G carry no gradient."),
    .number(
      "filter.entropy_high", \.filter.entropyHigh, share, "Groups with a semantic entropy above this share of ln G carry no gradient."),
    .number(
      "filter.minimum_confidence", \.filter.minimumConfidence, share,
      "Groups whose largest cluster of answers is a smaller share carry no gradient."),
    .choice("advantage", \.advantage, "How the rewards of a group become advantages."),
    .choice("loss", \.loss, "How token losses become one: DAPO's, GRPO's, GSPO's or Dr. GRPO's way."),
    .number("clip_low", \.clipLow, share, "Ratios are clipped below 1 minus this."),
    .number("clip_high", \.clipHigh, .init(lower: 0, upper: 1000), "Ratios are clipped above 1 plus this."),
    .number("kl", \.kl, .init(lower: 0, upper: 1000), "The weight of the KL term to the base model; 0 for none."),
    .integer("minibatches", \.minibatches, 1...65_536, "Optimiser updates of a step."),
    .flag("mask_truncated", \.maskTruncated, "Whether responses that end at the length limit carry no gradient."),
    .number(
      "optimizer.learning_rate", \.optimizer.learningRate, .init(lower: 0, upper: 10, excludesLower: true), "The rate after warm-up."),
    .choice("optimizer.schedule", \.optimizer.schedule, "The rate's course after warm-up."),
    .integer("optimizer.warmup_steps", \.optimizer.warmupSteps, 0...1_000_000, "Steps over which the rate rises; at most steps."),
    .number("optimizer.beta1", \.optimizer.beta1, .init(lower: 0, upper: 1, excludesUpper: true), "Decay of the first moment."),
    .number("optimizer.beta2", \.optimizer.beta2, .init(lower: 0, upper: 1, excludesUpper: true), "Decay of the second moment."),
    .number("optimizer.epsilon", \.optimizer.epsilon, .init(lower: 0, upper: 1, excludesLower: true), "Keeps AdamW's division finite."),
    .number("optimizer.weight_decay", \.optimizer.weightDecay, .init(lower: 0, upper: 10), "Decoupled decay of matrices."),
    .number("optimizer.clip_norm", \.optimizer.clipNorm, .init(lower: 0, upper: 1e9), "The gradient's largest norm; 0 for any."),
    .integer("micro_batch_tokens", \.microBatchTokens, 64...Limits.tokens, "Tokens of one forward and backward pass."),
    .integer("learner.threads", \.learner.threads, 0...1024, "The learner's threads; 0 for one a processor.", shapesOutcome: false),
    .address("learner.listen", \.learner.listen, "Where workers find the learner; auto is a free port of this host alone."),
    .address("learner.publish", \.learner.publish, "Where the learner broadcasts weights; auto is a free port of the same interface."),
    .metrics(
      "learner.metrics", \.learner.metrics,
      "Where the learner answers /metrics, /livez and /readyz over HTTP, to whoever asks; nothing of questions or weights is told."),
    .integer("worker.threads", \.worker.threads, 0...1024, "A worker's threads; 0 for its part of the processors.", shapesOutcome: false),
    .integer(
      "worker.max_sequences", \.worker.maximumSequences, 1...65_536, "Sequences that a worker samples at once.", shapesOutcome: false),
    .number("lease_seconds", \.leaseSeconds, seconds, "How long a silent worker keeps its tasks.", shapesOutcome: false),
    .number("heartbeat_seconds", \.heartbeatSeconds, seconds, "How often a worker shows that it lives.", shapesOutcome: false),
    .number(
      "straggler_factor", \.stragglerFactor, factor,
      "So many times the median time of a group late, a task that the update waits for goes to an idle worker as well; 0 for never.",
      shapesOutcome: false),
    .number(
      "hang_factor", \.hangFactor, factor,
      "So many times the median time of a group silent, and lease_seconds at least, a worker that only shows that it lives loses its tasks; "
        + "0 for never.", shapesOutcome: false),
    .number(
      "quarantine_seconds", \.quarantineSeconds, .init(lower: 0, upper: 86_400),
      "How long a worker that sent several groups that contradict their tasks gets none at first, twice as long each time; 0 for never.",
      shapesOutcome: false),
    .number(
      "audit", \.audit, share,
      "The share of tasks that two workers do, whose answers have to be the same bytes; skipped while there is one worker.",
      shapesOutcome: false),
    .choice(
      "audit_action", \.auditAction,
      "What follows when they differ: stop ends the run and keeps neither answer; log takes the first, and the run is no longer a function "
        + "of its configuration.", shapesOutcome: false),
    .flag(
      "require_same_bits", \.requireSameBits,
      "Whether workers whose arithmetic differs from the learner's in the last bits are turned away; if not, the run is no longer a "
        + "function of its configuration.", shapesOutcome: false),
    .integer("checkpoint_every", \.checkpointEvery, 1...1_000_000, "Steps between checkpoints.", shapesOutcome: false),
    .integer(
      "keep_checkpoints", \.keepCheckpoints, 1...1_000_000, "The newest checkpoints that stay, beside the final one.", shapesOutcome: false),
    .integer("evaluate_every", \.evaluateEvery, 0...1_000_000, "Steps between measurements; 0 for none in between.", shapesOutcome: false),
    .integer(
      "restart_budget", \.restartBudget, 0...1_000_000, "How often empo train restarts a process before it gives up.",
      shapesOutcome: false),
  ]

  private static let share = NumberRange(lower: 0, upper: 1)
  private static let factor = NumberRange(lower: 0, upper: 1_000_000)
  private static let seconds = NumberRange(lower: 0.05, upper: 86_400)
}
