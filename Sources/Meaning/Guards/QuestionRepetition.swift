/// ROUGE-L precision.
public func rougeLPrecision(of answer: String, against question: String) -> Double { 0 }

/// Whether an answer only repeats the question.
public func repeatsQuestion(_ answer: String, question: String) -> Bool { false }
