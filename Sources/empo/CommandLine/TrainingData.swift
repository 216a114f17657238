import ArgumentParser

/// What `empo train` trains, on what, and how it is asked.
struct TrainingData: ParsableArguments {
  @Option(help: ArgumentHelp("The model: a Hugging Face folder.", valueName: "DIR"))
  var model: String?

  @Option(help: ArgumentHelp("The questions: JSON lines, JSON, CSV or TSV.", valueName: "FILE"))
  var questions: String?

  @Option(help: ArgumentHelp("Where a question is in its record; by default the first usual name that the file has.", valueName: "K"))
  var questionKey: String?

  @Option(help: ArgumentHelp("Where an answer is in its record; by default the first usual name that the file has.", valueName: "K"))
  var answerKey: String?

  @Option(help: ArgumentHelp("Questions with answers to measure on.", valueName: "FILE"))
  var heldOut: String?

  @Option(help: ArgumentHelp("A text with {question} in it, or boxed, qwen-math, choice, qa or plain.", valueName: "TEXT"))
  var prompt: String?

  @Option(help: ArgumentHelp("What a chat's system message says; none for no such message.", valueName: "TEXT"))
  var system: String?

  @Option(help: ArgumentHelp("The chat template: auto for the model's own, none, or a file.", valueName: "FILE"))
  var template: String?

  @Option(help: ArgumentHelp("How the policy's weights are stored: auto, float32 or bfloat16.", valueName: "D"))
  var dtype: String?

  /// The configuration keys that these flags set.
  var flags: [String: String?] {
    [
      "model": model, "questions": questions, "question_key": questionKey, "answer_key": answerKey, "held_out": heldOut,
      "prompt_template": prompt, "system": system, "template": template, "dtype": dtype,
    ]
  }
}
