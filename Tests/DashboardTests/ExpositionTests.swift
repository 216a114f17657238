import Dashboard
import Testing

@Suite struct ExpositionTests {
  @Test("Families are written as prometheus reads them") func familiesAreWrittenAsPrometheusReadsThem() {
    let families = [
      MetricFamily(.counter, "empo_groups_total", "Groups that came.", 12),
      MetricFamily(.gauge, "empo_reward", "The mean\nreward, \\ \"so far\".", -0.125),
      MetricFamily(.gauge, "empo_unknown", "Not known yet.", nil),
      MetricFamily(
        .gauge, "empo_odd", "Numbers and texts that need care.",
        [
          .init(.nan), .init(.infinity, labels: ["b": "2", "a": "one \"quoted\" \\ word\nand a line"]),
          .init(-.infinity, labels: ["a": "é"]), .init(1e-5), .init(1e300), .init(9_007_199_254_740_992),
        ]),
    ]
    #expect(
      Exposition.text(of: families) == """
        # HELP empo_groups_total Groups that came.
        # TYPE empo_groups_total counter
        empo_groups_total 12
        # HELP empo_reward The mean\\nreward, \\\\ "so far".
        # TYPE empo_reward gauge
        empo_reward -0.125
        # HELP empo_unknown Not known yet.
        # TYPE empo_unknown gauge
        # HELP empo_odd Numbers and texts that need care.
        # TYPE empo_odd gauge
        empo_odd NaN
        empo_odd{a="one \\"quoted\\" \\\\ word\\nand a line",b="2"} +Inf
        empo_odd{a="é"} -Inf
        empo_odd 1e-05
        empo_odd 1e+300
        empo_odd 9007199254740992

        """)
  }

  @Test("Nothing is written of nothing") func nothingIsWrittenOfNothing() {
    #expect(Exposition.text(of: []) == "")
  }

  @Test("Words are the labels of a family") func wordsAreTheLabelsOfAFamily() {
    let family = MetricFamily(.counter, "empo_checks_total", "Checks.", by: "result", ["passed": 3, "failed": 1])
    #expect(Exposition.text(of: [family]).hasSuffix("empo_checks_total{result=\"failed\"} 1\nempo_checks_total{result=\"passed\"} 3\n"))
  }
}
