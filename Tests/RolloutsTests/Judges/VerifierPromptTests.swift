import ChatTemplates
import NumericTestSupport
import Rollouts
import Testing

@Suite struct VerifierPromptTests {
  @Test("The preset is worded as the model was trained") func thePresetIsWordedAsTheModelWasTrained() {
    let lines = [
      "User: ### Question: Q", "", "### Ground Truth Answer: R", "", "### Student Answer: A", "",
      "For the above question, please verify if the student's answer is equivalent to the ground truth answer.",
      "Do not solve the question by yourself; just check if the student's answer is equivalent to the ground truth answer.",
      "If the student's answer is correct, output \"Final Decision: Yes\". If the student's answer is incorrect, output "
        + "\"Final Decision: No\". Assistant: Final Decision:",
    ]
    let preset = VerifierPrompt.generalVerifier
    #expect(preset.text(question: "Q", reference: "R", answer: "A") == lines.joined(separator: "\n"))
    #expect(preset.yes == " Yes" && preset.no == " No")
  }

  /// A template around the user's words: the judge that asks through it asks what the finished text asks.
  @Test("Conversations go through the chat template") func conversationsGoThroughTheChatTemplate() throws {
    let template = try ChatTemplate(
      source: "{% for message in messages %}st {{ message.content }} op{% endfor %}{% if add_generation_prompt %} to{% endif %}",
      name: "test")
    let prompt = try VerifierPrompt.plain(template: template, specialTokens: SpecialTokens())
    #expect(prompt.yes == "Yes" && prompt.no == "No" && !prompt.addsSpecialTokens)
    let text = prompt.text(question: "Q", reference: "R", answer: "A")
    #expect(text.hasPrefix("st Question: Q\n\nFirst answer: R\n\nSecond answer: A\n\n"))
    #expect(text.hasSuffix("Yes or No. op to"))
    let swallowed = try ChatTemplate(source: "st", name: "test")
    #expect(throws: RolloutsError.self) { try VerifierPrompt.plain(template: swallowed, specialTokens: SpecialTokens()) }
  }

  @Test("The question is optional and places may repeat") func theQuestionIsOptionalAndPlacesMayRepeat() throws {
    let prompt = try VerifierPrompt("st {answer} {reference} {answer} e", yes: "a", no: "c")
    let judge = try VerifierJudgeTests.judge { $0.prompt = prompt }
    let once = try judge.logOdds(of: [("acd", "e"), ("k", "l")], question: "stop")
    #expect(try judge.logOdds(of: [("acd", "e"), ("k", "l")], question: "other") == once)
    #expect(once[0] != once[1])
  }
}
