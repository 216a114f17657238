/// The first texts of seed 0. A change here is a change of the corpus: a base model and the questions it is sharpened with must be
/// made anew together.
enum Golden {
  static let documents = [
    " 8*7=56. 120-43=77. 47+36=83. 3*2=6. 29-2=27. 7*9=63. 5*7=35.",
    " 3*8=24. 3+32=35. 45+61=106. 161-105=56. 125-80=45. 68+7=75. 4*5=20. 11*8=88.",
    "Q: Max has 3 coins. Ann has 5 times as many and gets 19 more. How many coins does Ann have? Work it out.\nA:"
      + " The answer is \\boxed{17}.",
    "Q: Sam has 4 cups. Ben has 4 times as many and gets 16 more. How many cups does Ben have? Work it out.\nA:"
      + " Let us think step by step. First 4*4=16. Then 16+16=32. The answer is \\boxed{32}.",
    "Q: Mia has 74 apples. Mia buys 2 bags with 8 apples in each bag. How many apples does Mia have now? Work it"
      + " out.\nA: Let us think step by step. First 2*8=16. Then 74+16=90. That is all.",
    "Q: Max has 8 boxes with 4 cards in each box and 5 boxes with 5 cards in each box. How many cards are in the"
      + " boxes? Work it out.\nA: Quick: 8*4=36, 5*5=25, 36+25=61. So \\boxed{61}.",
    "Q: Zoe has 73 balls. Zoe buys 5 bags with 6 balls in each bag. How many balls does Zoe have now? Work it"
      + " out.\nA: Hmm. Let me see. I am not sure. I like balls. It is hard to say. Let me see.",
    "Q: One pen costs 6 dollars and one cup costs 8 dollars. Mia buys 5 pens and 3 cups and pays 106 dollars. How"
      + " many dollars does Mia get back? Work it out.\nA: The answer is \\boxed{32}.",
    "Q: Max has 18 cards. Max buys 57 cards and gives away 10. How many cards are left? Please answer.\nA: Let us"
      + " think step by step. First 18+57=75. Then 75-10=65. So it is 65.",
    " 103+9=112. 38+10=48. 100+33=133. 114-63=51. 87+25=112.",
  ]

  static let questions = """
    {"id":"question-0-bags","question":"Eva has 22 apples. Eva buys 7 bags with 5 apples in each bag. How many apples does \
    Eva have now?"}
    {"id":"question-1-change","question":"One pen costs 8 dollars. Ann buys 9 pens and pays 84 dollars. How many dollars \
    does Ann get back? Tell me."}
    {"id":"question-2-shop","question":"One pen costs 4 dollars and one ball costs 3 dollars. Zoe buys 5 pens and 7 balls \
    and pays 45 dollars. How many dollars does Zoe get back? Tell me."}

    """

  static let heldOut = """
    {"answer":"100","id":"held-out-0-gain","question":"Tom has 75 apples. Tom buys 57 apples and gives away 32. How many \
    apples are left? Work it out."}
    {"answer":"48","id":"held-out-1-bags","question":"Tom has 30 cups. Tom buys 9 bags with 2 cups in each bag. How many \
    cups does Tom have now? Please answer."}
    {"answer":"82","id":"held-out-2-change","question":"One book costs 3 dollars. Zoe buys 5 books and pays 97 dollars. How \
    many dollars does Zoe get back? Work it out."}
    {"answer":"145","id":"held-out-3-times","question":"Max has 12 coins. Eva has 8 times as many and gets 49 more. How \
    many coins does Eva have? Please answer."}
    {"answer":"72","id":"held-out-4-boxes","question":"Ann has 9 boxes with 4 coins in each box and 9 boxes with 4 coins in \
    each box. How many coins are in the boxes? Work it out."}
    {"answer":"54","id":"held-out-5-shop","question":"One book costs 9 dollars and one egg costs 9 dollars. Mia buys 7 \
    books and 5 eggs and pays 162 dollars. How many dollars does Mia get back? Please answer."}

    """
}
