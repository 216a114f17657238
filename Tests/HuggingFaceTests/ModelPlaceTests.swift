import Files
import Foundation
import HuggingFace
import TestSupport
import Testing

/// What stands where a model's folder should be.
@Suite("Model place")
struct ModelPlaceTests {
  private func message(_ path: String) -> String {
    let error = #expect(throws: FileError.self) { try ModelConfiguration(folder: path) }
    return error?.message ?? ""
  }

  @Test("Nothing, and a name on the Hub, are told as such") func nothing() throws {
    let folder = try ScratchFolder()
    let nowhere = message(folder.file("nowhere"))
    #expect(
      nowhere.hasPrefix("\(folder.path)/nowhere is no folder: there is nothing of this name; expected a model's folder"), "\(nowhere)")
    let hub = message(folder.file("Qwen/Qwen3-8B"))
    #expect(hub.contains("hf download Qwen/Qwen3-8B --local-dir \(folder.path)/Qwen/Qwen3-8B"), "\(hub)")
  }

  @Test("A file is refused by its format, with the line that converts it") func files() throws {
    let folder = try ScratchFolder()
    for (name, content, expected) in [
      ("m.gguf", "GGUF", "is a GGUF file, llama.cpp's format"), ("m.gguf", "GGUF", "gguf_file=\"m.gguf\").save_pretrained"),
      ("m.bin", "GGUF", "is a GGUF file"), ("m.pt", "x", "is a pickle, which can carry code"),
      ("m.ckpt", "x", "M.from_pretrained(\"\(folder.path)\").save_pretrained(\"OUT\")"),
      ("m.safetensors", "x", "is no folder but a file: expected a model's folder in Hugging Face's layout, such as \(folder.path)"),
    ] {
      let told = message(try folder.file(name, content))
      #expect(told.hasPrefix("\(folder.path)/\(name) is ") && told.contains(expected), "\(told)")
    }
  }

  @Test("A folder of a GGUF file alone, and weights under another name") func folders() throws {
    let folder = try ScratchFolder()
    _ = try folder.file("m-q4.gguf", "GGUF")
    #expect(message(folder.path).contains("has no config.json but m-q4.gguf, a GGUF file"))
    for (content, expected) in [
      ("GGUF.........", "is a GGUF file"), ("PK\u{3}\u{4}.........", "is a pickle, which can carry code, under another name"),
    ] {
      let path = try folder.file("model.safetensors", content)
      let error = #expect(throws: FileError.self) { try SafetensorsFile(path: path) }
      #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
    }
  }
}
