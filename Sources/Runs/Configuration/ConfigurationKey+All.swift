import EMPO
import HuggingFace
import Meaning
import Questions
import Rollouts
import Training
import Transformer
import Wire

extension ConfigurationKey {
  /// Every key, in the order in which they are written.
  public static let all: [ConfigurationKey] = ConfigurationGroup.allCases.flatMap(\.keys)

  static let ofModelAndQuestions: [ConfigurationKey] = [
    .source("model", \.model, "a model folder in Hugging Face's layout", placeholder: "DIR", "The base model that the run trains."),
    .source(
      "questions", \.questions, "a file of JSON lines, JSON, CSV or TSV", placeholder: "FILE",
      "The questions to train on. Only `reward: accuracy` reads answers in them."),
    .source(
      "held_out", \.heldOut, "a file of JSON lines, JSON, CSV or TSV", placeholder: "FILE", mayBeNone: true,
      "The questions with answers on which the run measures itself.", shapesOutcome: false),
    .optionalText(
      "question_key", \.questionKey, none: "auto", 1...256,
      "The field of a question's text or messages, with dots into nested objects; `auto` is the first that the file has of "
        + QuestionKeys.questionCandidates.joined(separator: ", ") + "."),
    .optionalText(
      "answer_key", \.answerKey, none: "auto", 1...256,
      "The field of a question's answer; `auto` is the first that the file has of "
        + QuestionKeys.answerCandidates.joined(separator: ", ") + "."),
    .prompt(
      "prompt_template", \.promptTemplate,
      "The text that the model reads, or the user's message in a chat; `{question}` stands for the question."),
    .optionalText(
      "system", \.system, none: "none", 0...65_536,
      "The system message of a chat; `none` for no such message. Where this key is not set, some prompts by name bring one along, such as "
        + "`paper-maths`."),
    .template("template", \.template, "The chat template around the prompt; `auto` is the model's own, if it has one."),
    .variables(
      "chat_template_kwargs", \.templateVariables,
      "Variables of the chat template, such as `{\"enable_thinking\": false}` for the templates of thinking models that have a switch."),
    .choice(
      "dtype", \.weightStorage,
      "The storage of the policy's weights in rollouts and in the learner's forward pass; `auto` is that of the checkpoint's tensors."),
    .choice(
      "arithmetic", \.arithmetic,
      "How products of bfloat16 weights are computed: in float32 (`exact`), or with activations and gradients rounded to bfloat16 (`bf16`), "
        + "which AMD processors since Zen 4 do in half the time. Every processor can do both, to the same bits; `auto` is the faster one where "
        + "the run begins."),
  ]

  static let ofAdapters: [ConfigurationKey] = [
    .choice(
      "train", \.train,
      "The part of the model that is trained: all weights (`full`), or adapters of low rank beside them (`lora`), which take a fraction of the "
        + "memory, of the time and of the bytes on the wire."),
    .integer("lora.rank", \.lora.rank, 1...LoRAConfiguration.maximumRank, "The inner width of an adapter."),
    .number(
      "lora.alpha", \.lora.alpha, .init(lower: 0, upper: 100_000, excludesLower: true),
      "An adapter's output is multiplied by this over `lora.rank`."),
    .targets("lora.targets", \.lora.targets, "The projections of each layer that have an adapter."),
    .number(
      "lora.dropout", \.lora.dropout, .init(lower: 0, upper: 0),
      "The share of an adapter's inputs that are dropped in training: none, since the policy that is trained is the one that samples."),
  ]

  static let ofSteps: [ConfigurationKey] = [
    .integer("seed", \.seed, 0...UInt64(Int64.max), "The seed of every random number of the run."),
    .integer("steps", \.steps, 1...1_000_000, "Steps of the run; each samples groups and updates the policy."),
    .integer("questions_per_step", \.questionsPerStep, 1...65_536, "Questions of a step, each of which becomes a group of responses."),
    .integer("group_size", \.groupSize, 2...Limits.groupSize, "Responses to each question."),
    .integer(
      "lag", \.lag, 0...8,
      "Versions that the sampling policy may lie behind the updated one; 0 is on-policy, 1 lets workers sample while the learner updates."),
    .integer(
      "skip_unanimous", \.skipUnanimous, 0...1_000_000,
      "Epochs for which a question is left out after all responses to it had one meaning; 0 leaves none out."),
    .integer(
      "workers", \.workers, 0...256, "Workers that `empo train` starts on this host; their number does not change the result.",
      shapesOutcome: false),
  ]

  static let ofRewards: [ConfigurationKey] = [
    .choice(
      "reward", \.scoring.reward,
      "The reward of a response: the share of its meaning (`empo`), 1 in the largest cluster (`majority`, TTRL), the same with more for "
        + "responses that resemble others less (`evol`, EVOL-RL), 1 for a right answer (`accuracy`, GRPO; needs answers), 1 for a complete `\\boxed{}` (`format`), a fair coin (`random`), or the coin for a complete "
        + "`\\boxed{}` alone (`random-format`)."),
    .number(
      "empty_reward", \.scoring.emptyReward, .init(lower: -1, upper: 0),
      "The reward of a response without an answer; with `reward: evol` it is -1."),
    .judge("judge", \.judge, "The judge of equal meaning; DIR is a model's folder in Hugging Face's layout."),
    .integer(
      "judge_rounding", \.judging.math.roundingDigits, MathJudge.Options.roundingDigitsRange,
      "For the judge `math`: significant digits by which it compares numbers that are neither whole nor short decimals."),
    .choice(
      "judge_clusters", \.judging.clusterRule,
      "For judges with a model, whose opinions on pairs may contradict each other: the rule that makes clusters of them. "
        + "`components` joins all answers that are connected; `first-match` compares an answer with the first member of each cluster."),
    .number(
      "judge_threshold", \.judging.similarity, .init(lower: -1, upper: 1),
      "For the judge `embedding`: the least cosine of two answers that mean the same."),
    .choice(
      "judge_directions", \.judging.direction,
      "For the judge `verifier`: the reference of a pair, each answer in turn (`both`) or the earlier one (`one`, half the work)."),
    .choice(
      "judge_prompt", \.judging.prompt,
      "For the judge `verifier`: its prompt; `plain` is a question through the model's chat template."),
    .choice(
      "fallback", \.reading.extraction.fallback,
      "The answer of a response that states none: nothing (`none`), its last `number`, or its last `choice`."),
    .flag("whole_response", \.reading.takesWholeResponse, "Whether all of a response is its answer, for free-form texts."),
    .flag("reject_repetition", \.reading.rejectsRepetition, "Whether an answer that only repeats the question earns 0."),
    .choice(
      "entropy_estimate", \.scoring.entropy,
      "The probability of a meaning: its share of the responses (`discrete`) or of their likelihood (`likelihood`)."),
  ]

  static let ofSampling: [ConfigurationKey] = [
    .number(
      "sampling.temperature", \.sampling.temperature, .init(lower: 0.01, upper: 100),
      "Logits are divided by this before sampling; recorded log-probabilities are those at 1."),
    .integer("sampling.top_k", \.sampling.topK, 0...10_000_000, "The number of likeliest tokens that are sampled from; 0 for all."),
    .number(
      "sampling.top_p", \.sampling.topP, .init(lower: 0, upper: 1, excludesLower: true),
      "Only the likeliest tokens that together reach this probability are sampled from; 1 for all."),
    .integer(
      "sampling.max_new_tokens", \.sampling.maximumNewTokens, 1...Limits.tokens,
      "The longest response, in tokens. The default for a model of your own is at most half of the model's positions."),
  ]

  static let ofFilter: [ConfigurationKey] = [
    .number(
      "filter.entropy_low", \.scoring.entropyLow, share,
      "A group trains the model only if its semantic entropy is above this share of ln(`group_size`)."),
    .number(
      "filter.entropy_high", \.scoring.entropyHigh, share,
      "A group trains the model only if its semantic entropy is at most this share of ln(`group_size`)."),
    .number(
      "filter.minimum_confidence", \.scoring.minimumConfidence, share,
      "The confidence floor: answers earn 0 in a group whose largest cluster of answers is a smaller share of the responses; 0 for none."),
    .choice(
      "filter.below_floor", \.scoring.belowFloor,
      "The use of a group below the floor: none (`drop`), or to train the model where `empty_reward` makes its rewards differ "
        + "(`pay-nothing`)."),
  ]

  static let ofObjective: [ConfigurationKey] = [
    .choice(
      "advantage", \.advantage,
      "The advantage of a response: its reward less the group's mean (`mean-only`), also divided by the group's standard deviation, "
        + "the population's (`group-std`) or the sample's (`group-sample-std`)."
    ),
    .choice(
      "loss", \.loss,
      "The average of token losses: that of DAPO (`token-mean`), GRPO (`sequence-mean`), GSPO (`sequence-ratio`) or Dr. GRPO (`dr-grpo`)."),
    .number("clip_low", \.clipLow, share, "Importance ratios are clipped below 1 minus this."),
    .number("clip_high", \.clipHigh, .init(lower: 0, upper: 1000), "Importance ratios are clipped above 1 plus this."),
    .number("kl", \.kl, .init(lower: 0, upper: 1000), "The weight of the divergence from the base model in the loss; 0 for none."),
    .integer("minibatches", \.minibatches, 1...65_536, "Optimiser updates of a step; at most `questions_per_step`."),
    .integer(
      "gradient_parts", \.gradientParts, 0...1024,
      "Parts of an update's gradient, which are added up over a fixed tree and can be computed by different processes; 0 for 16 with adapters "
        + "and 1 with all weights."),
    .flag("mask_truncated", \.maskTruncated, "Whether responses that end at the length limit carry no gradient."),
  ]

  static let ofOptimizer: [ConfigurationKey] = [
    .number(
      "optimizer.learning_rate", \.optimizer.learningRate, .init(lower: 0, upper: 10, excludesLower: true),
      "The learning rate after warm-up."),
    .choice("optimizer.schedule", \.optimizer.schedule, "The course of the learning rate after warm-up."),
    .integer(
      "optimizer.warmup_steps", \.optimizer.warmupSteps, 0...1_000_000,
      "Steps over which the learning rate rises; at most `steps`, and by default no more in a short run."),
    .number(
      "optimizer.beta1", \.optimizer.beta1, .init(lower: 0, upper: 1, excludesUpper: true), "The decay of AdamW's first moment."),
    .number(
      "optimizer.beta2", \.optimizer.beta2, .init(lower: 0, upper: 1, excludesUpper: true), "The decay of AdamW's second moment."),
    .number("optimizer.epsilon", \.optimizer.epsilon, .init(lower: 0, upper: 1, excludesLower: true), "Keeps AdamW's division finite."),
    .number(
      "optimizer.weight_decay", \.optimizer.weightDecay, .init(lower: 0, upper: 10),
      "The decoupled decay of matrices; norms and biases have none."),
    .number("optimizer.clip_norm", \.optimizer.clipNorm, .init(lower: 0, upper: 1e9), "The largest norm of a gradient; 0 for any."),
    .integer(
      "micro_batch_tokens", \.microBatchTokens, 64...Limits.tokens,
      "Tokens of one forward and backward pass, a prompt counted once for all of its responses: fewer take less memory, more are faster."),
    .choice(
      "recompute", \.recomputation,
      "What the backward computes again in place of keeping it: norms and activations (`none`), the inner product of the feed-forward as well "
        + "(`feed-forward`, a third of the memory for a seventh more work), or whole layers (`layer`, a twentieth for a quarter).",
      shapesOutcome: false),
  ]

  static let ofProcesses: [ConfigurationKey] = [
    .choice(
      "gradients", \.gradients,
      "The processes that compute the parts of an update's gradient: the `learner`, or the `workers` and the learner beside them; `auto` is "
        + "`workers` where the learner listens to other hosts and an update has several parts. The result is the same. What cannot be spread "
        + "is computed by the learner: `minibatches` above 1, `kl` above 0 with `train: full`, and all with `require_same_bits: false`.",
      shapesOutcome: false),
    .integer("learner.threads", \.learner.threads, 0...1024, "Threads of the learner; 0 for one a processor.", shapesOutcome: false),
    .choice(
      "learner.works", \.learner.works,
      "Whether the learner computes parts beside the workers; `auto` while there are fewer workers than parts.", shapesOutcome: false),
    .address("learner.listen", \.learner.listen, "The address at which workers reach the learner; `auto` is a free port on loopback."),
    .address(
      "learner.publish", \.learner.publish,
      "The address from which the learner broadcasts weights; `auto` is a free port of the same interface."),
    .metrics(
      "learner.metrics", \.learner.metrics,
      "The address at which the learner answers `/metrics`, `/livez` and `/readyz` over HTTP, for any client: figures only, "
        + "no training data."
    ),
    .integer(
      "worker.threads", \.worker.threads, 0...1024,
      "Threads of a worker; 0 for an equal part of the processors where `empo train` starts the worker, and elsewhere for one a processor.",
      shapesOutcome: false),
    .integer(
      "worker.nice", \.worker.niceness, 0...19,
      "The niceness of worker processes, as of the command `nice`: how far they step back for whatever else runs on their host.",
      shapesOutcome: false),
    .memory(
      "worker.memory", \.worker.memory,
      "The most memory that a worker takes: it samples fewer sequences at once where it must, and ends with an error where not even one fits."
    ),
    .integer(
      "worker.max_sequences", \.worker.maximumSequences, 1...65_536,
      "Sequences that a worker samples at once; fewer where `worker.memory` has no room for as many.", shapesOutcome: false),
  ]

  static let ofFaults: [ConfigurationKey] = [
    .number("lease_seconds", \.leaseSeconds, seconds, "The time after which a silent worker loses its tasks.", shapesOutcome: false),
    .number(
      "heartbeat_seconds", \.heartbeatSeconds, seconds, "The time between two heartbeats of a worker; at most half of `lease_seconds`.",
      shapesOutcome: false),
    .number(
      "straggler_factor", \.stragglerFactor, factor,
      "A task that the update waits for, late by this many times the median time of a group, goes to an idle worker as well; 0 for never.",
      shapesOutcome: false),
    .number(
      "hang_factor", \.hangFactor, factor,
      "A worker that sends nothing but heartbeats for this many times the median time of a group, and for `lease_seconds`, loses its "
        + "tasks; 0 for never.", shapesOutcome: false),
    .number(
      "quarantine_seconds", \.quarantineSeconds, .init(lower: 0, upper: 86_400),
      "The time without tasks for a worker that sent several groups that contradict their tasks, twice as long each time; 0 for none.",
      shapesOutcome: false),
    .number(
      "audit", \.audit, share,
      "The share of accepted groups that are checked: another worker, or the learner, follows the tokens through the model, and must come to "
        + "the same bytes. The choice is the learner's secret. With 1, no policy is broadcast that contains a lie.",
      shapesOutcome: false),
    .choice(
      "audit_action", \.auditAction,
      "The consequence for a worker that is found to be wrong: `expel` refuses its key for good, takes back what is false, where need be by "
        + "going back to a checkpoint, and goes on; `stop` ends the run.", shapesOutcome: false),
    .flag(
      "require_same_bits", \.requireSameBits,
      "Whether workers are turned away whose arithmetic differs from the learner's in the last bits; if not, the run is no longer a "
        + "function of its configuration, and nobody checks their groups.", shapesOutcome: false),
    .integer(
      "skipped_updates_limit", \.skippedUpdatesLimit, 0...1_000_000,
      "Updates in a row that may be skipped, because loss or gradient is not finite, before the run ends with an error; 0 for any number.",
      shapesOutcome: false),
  ]

  static let ofCheckpoints: [ConfigurationKey] = [
    .integer("checkpoint_every", \.checkpointEvery, 1...1_000_000, "Steps between checkpoints.", shapesOutcome: false),
    .integer(
      "keep_checkpoints", \.keepCheckpoints, 1...1_000_000, "The number of newest checkpoints that stay, beside the final one.",
      shapesOutcome: false),
    .flag(
      "evaluate_before", \.evaluatesBefore, "Whether the base model is measured, before the first update.", shapesOutcome: false),
    .integer(
      "evaluate_every", \.evaluateEvery, 0...1_000_000, "Steps between measurements; 0 measures only before and after the run.",
      shapesOutcome: false),
    .choice(
      "guard", \.guardAction,
      "The consequence of a collapse, where the answers' figures leave what was usual in the run's first steps, or the held-out accuracy falls: "
        + "a warning (`warn`), the run's end a few steps later (`stop`), or nothing, since nobody looks (`off`).",
      shapesOutcome: false),
    .integer(
      "guard_window", \.guardWindow, 1...1_000,
      "Steps of which the guard takes the median: the first ones for what is usual, the last ones for what is now.",
      shapesOutcome: false),
    .number(
      "guard_tolerance", \.guardTolerance, share,
      "The share of the held-out questions by which the greedy accuracy may fall below the run's best before the guard counts it as a collapse.",
      shapesOutcome: false),
    .integer(
      "restart_budget", \.restartBudget, 0...1_000_000,
      "Restarts of one process by `empo train` before it gives up; a process that lived for ten minutes has its budget back.",
      shapesOutcome: false),
  ]

  private static let share = NumberRange(lower: 0, upper: 1)
  private static let factor = NumberRange(lower: 0, upper: 1_000_000)
  private static let seconds = NumberRange(lower: 0.05, upper: 86_400)
}
