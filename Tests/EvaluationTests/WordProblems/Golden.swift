/// The first texts of seed 0. A change here is a change of the corpus: a base model and the questions it is sharpened with must be
/// made anew together.
enum Golden {
  static let documents = [
    "Q: One pen costs 6 dollars and one egg costs 8 dollars. Max buys 8 pens and 5 eggs and pays 115 dollars. How"
      + " many dollars does Max get back? Work it out.\nA: Let us think step by step. First 8*6=48. Then 5*8=40. Then"
      + " 48+40=88. Then 115-88=27. The answer is \\boxed{27}.",
    "Q: One ball costs 9 dollars. Sam buys 6 balls and pays 117 dollars. How many dollars does Sam get back?\nA:"
      + " Hmm. It is hard to say. There are many numbers. There are many numbers. I am not sure.",
    "Q: Eva has 7 boxes with 2 balls in each box and 3 boxes with 5 balls in each box. How many balls are in the"
      + " boxes?\nA: The answer is \\boxed{40}.",
    "Q: Mia has 8 boxes with 6 balls in each box and 2 boxes with 7 balls in each box. How many balls are in the"
      + " boxes? Tell me.\nA: Hmm. Let me see. That is a lot of balls. Let me see.",
    "Q: Max has 7 boxes with 7 balls in each box and 6 boxes with 9 balls in each box. How many balls are in the"
      + " boxes? Work it out.\nA: The answer is \\boxed{103}.",
    "Q: Sam has 13 apples. Sam buys 9 bags with 4 apples in each bag. How many apples does Sam have now? Please"
      + " answer.\nA: Let us think step by step. First 9*4=36. Then 13+36=49. That is all.",
    "Q: Eva has 4 apples. Sam has 7 times as many and gets 38 more. How many apples does Sam have? Work it"
      + " out.\nA: Let us think step by step. First 4*7=28. Then 28+38=66. The answer is \\boxed{66}.",
    "Q: One pen costs 4 dollars and one cup costs 2 dollars. Eva buys 2 pens and 4 cups and pays 21 dollars. How"
      + " many dollars does Eva get back? Tell me.\nA: Let us think step by step. First 2*4=8. Then 4*2=8. Then"
      + " 8+8=16. Then 21-16=5. The answer is \\boxed{5}.",
    "Q: Zoe has 41 pens. Zoe buys 43 pens and gives away 67. How many pens are left? Work it out.\nA: Let us think"
      + " step by step. First 41+43=84. Then 84-67=17. The answer is \\boxed{17}.",
    " 56+16=72. 128-114=14. 78-24=54. 161-24=137. 6*9=54. 85+88=173.",
  ]

  static let questions = """
    {"id":"question-0-gain","question":"Zoe has 12 balls. Zoe buys 25 balls and gives away 32. How many balls are left? Please answer."}
    {"id":"question-1-gain","question":"Ben has 37 balls. Ben buys 35 balls and gives away 17. How many balls are left? Work it out."}
    {"id":"question-2-gain","question":"Mia has 22 eggs. Mia buys 47 eggs and gives away 54. How many eggs are left? Tell me."}

    """

  static let heldOut = """
    {"answer":"78","id":"held-out-0-gain",\
    "question":"Zoe has 79 balls. Zoe buys 18 balls and gives away 19. How many balls are left? Work it out."}
    {"answer":"105","id":"held-out-1-bags",\
    "question":"Mia has 70 coins. Mia buys 5 bags with 7 coins in each bag. How many coins does Mia have now? Please answer."}
    {"answer":"49","id":"held-out-2-change",\
    "question":"One apple costs 5 dollars. Ann buys 8 apples and pays 89 dollars. How many dollars does Ann get back? Work it out."}
    {"answer":"22","id":"held-out-3-times",\
    "question":"Max has 4 balls. Ben has 4 times as many and gets 6 more. How many balls does Ben have? Please answer."}
    {"answer":"24","id":"held-out-4-boxes",\
    "question":"Ben has 4 boxes with 5 cups in each box and 2 boxes with 2 cups in each box. How many cups are in the boxes? Work it out."}
    {"answer":"10","id":"held-out-5-shop",\
    "question":"One book costs 8 dollars and one coin costs 2 dollars. Ben buys 2 books and 5 coins and pays 36 dollars.\
     How many dollars does Ben get back? Please answer."}

    """
}
