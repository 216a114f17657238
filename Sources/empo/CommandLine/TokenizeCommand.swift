import ArgumentParser
import HuggingFace
import JSON
import Tokenizers

/// `empo tokenize`: texts to tokens, and back.
struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize", abstract: "Turns texts into tokens, or tokens into texts; JSON lines in and out.",
    discussion: """
      {"text": …} becomes {"ids": […]}; with --decode, {"ids": […], "skip_special_tokens": true or false} becomes {"text": …}. \
      A folder with tokenizer.json is enough.
      """)

  @Option(name: .customLong("model"), help: ArgumentHelp("A Hugging Face folder.", valueName: "DIR"))
  var folder: String

  @Flag(help: "Leaves out the tokens that the model puts around a text, such as the one that begins a document.")
  var noSpecial = false

  @Flag(help: "From tokens to text.")
  var decode = false

  @Argument(help: ArgumentHelp("JSON lines; by default, or for -, the standard input.", valueName: "FILE"))
  var file: String?

  func run() throws {
    try ModelPlace.requireFolder(folder)
    let tokenizer = try Tokenizer(folder: folder)
    try AnsweredLines.answer(try JSONLineReader(path: file), expected: decode ? "\"ids\"" : "\"text\"") { line in
      if decode {
        let text = tokenizer.decode(try line.tokens("ids"), skippingSpecialTokens: try line.boolean("skip_special_tokens"))
        return .members(["text": .string(text)])
      }
      return .members(["ids": .tokens(tokenizer.encode(try line.string("text"), addingSpecialTokens: !noSpecial))])
    }
  }
}
