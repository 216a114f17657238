/// The colours of the plots: those of the lines are from Okabe & Ito's set, which colour-blind readers can tell apart.
enum Palette {
  static let background = "#ffffff"
  static let ink = "#1f2933"
  static let softInk = "#52606d"
  static let grid = "#e4e7eb"
  static let axis = "#9aa5b1"

  static let blue = "#0072b2"
  static let vermilion = "#d55e00"
  static let green = "#009e73"
}
