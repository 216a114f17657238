// ChatTemplates: conversations to text, as transformers' apply_chat_template renders them.
//
// - `Syntax/` reads a template: lexer, parser, scopes. `Values/` is what expressions compute with, as Python has it.
// - `Evaluation/` renders it; `Library/` is the filters, tests, methods and globals that templates may call.
// - `Conversation` is the input of a rendering, `SpecialTokens` the part of it from a tokenizer's configuration.
//   `ModelPrompt` is messages that are rendered elsewhere, or a text that needs no rendering.
//
// What must hold: a template comes from anywhere, so steps, depth and output are bounded and nothing outside is reached: no file, no
// clock but the one that is handed in. A construct that is not supported is refused with its line.
