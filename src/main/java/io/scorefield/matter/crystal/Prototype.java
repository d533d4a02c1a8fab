package io.scorefield.matter.crystal;

import io.scorefield.matter.Element;
import java.util.ArrayList;
import java.util.List;

/// The simplest structures of ionic crystals, in their primitive cells. Lattice constants follow from radii: ions that are
/// neighbours touch.
///
/// Which structure a pair of radii prefers is told by the ratio q = r(cation) / r(anion), after Pauling's rules; the limits
/// overlap, as those of nature do. Shannon's radii are those of sixfold coordination, so that bonds of fourfold coordination
/// are taken to be 5 % shorter.
public enum Prototype {
  /// MX, q above 0.73, coordination 8.
  CESIUM_CHLORIDE("CsCl"),
  /// MX, q from 0.414 to 0.73, coordination 6.
  ROCKSALT("rocksalt"),
  /// MX, q below 0.414, coordination 4.
  ZINCBLENDE("zincblende"),
  /// MX2, q above 0.60, coordination 8 and 4.
  FLUORITE("fluorite"),
  /// MX, q below 0.55, coordination 4, with two formula units and the ideal ratio of its axes.
  WURTZITE("wurtzite"),
  /// MX2, q below 0.60, coordination 6 and 3, with two formula units, c = 0.65 a and u = 0.305.
  RUTILE("rutile"),
  /// ABX3, A larger than B by 0.15 angstrom or more, Goldschmidt's factor of tolerance from 0.80 to 1.06.
  PEROVSKITE("perovskite");

  private static final double FOURFOLD = 0.95;
  private static final double RUTILE_U = 0.305;
  private static final double RUTILE_RATIO = 0.65;

  private final String label;

  Prototype(String label) {
    this.label = label;
  }

  /// As it is called.
  public String label() {
    return label;
  }

  /// How many kinds of cations it has.
  public int cations() {
    return this == PEROVSKITE ? 2 : 1;
  }

  private static double radius(Element element) {
    return element.ionicRadius().orElseThrow(
        () -> new IllegalArgumentException("there is no ionic radius of " + element.name() + " in the table"));
  }

  /// Whether ions of these sizes may have this structure.
  ///
  /// @param cations A and B of a perovskite, else one
  public boolean holds(List<Element> cations, Element anion) {
    double anionRadius = radius(anion);
    double q = radius(cations.getFirst()) / anionRadius;
    return switch (this) {
      case CESIUM_CHLORIDE -> q > 0.73;
      case ROCKSALT -> q > 0.414 && q <= 0.73;
      case ZINCBLENDE -> q <= 0.414;
      case FLUORITE -> q > 0.60;
      case WURTZITE -> q < 0.55;
      case RUTILE -> q < 0.60;
      case PEROVSKITE -> {
        double large = radius(cations.get(0));
        double small = radius(cations.get(1));
        double tolerance = (large + anionRadius) / (Math.sqrt(2) * (small + anionRadius));
        yield large > small + 0.15 && tolerance >= 0.80 && tolerance <= 1.06;
      }
    };
  }

  /// The ideal crystal.
  public Crystal crystal(List<Element> cations, Element anion) {
    Element m = cations.getFirst();
    double bond = radius(m) + radius(anion);
    return switch (this) {
      case CESIUM_CHLORIDE -> made(cubic(2 * bond / Math.sqrt(3)), List.of(m, anion), 0, 0, 0, .5, .5, .5);
      case ROCKSALT -> made(faceCentred(2 * bond), List.of(m, anion), 0, 0, 0, .5, .5, .5);
      case ZINCBLENDE -> made(faceCentred(4 * FOURFOLD * bond / Math.sqrt(3)), List.of(m, anion), 0, 0, 0, .25, .25, .25);
      case FLUORITE ->
          made(faceCentred(4 * bond / Math.sqrt(3)), List.of(m, anion, anion), 0, 0, 0, .25, .25, .25, .75, .75, .75);
      case WURTZITE -> {
        double ratio = Math.sqrt(8.0 / 3);
        double a = FOURFOLD * bond / (0.375 * ratio);
        double t = 1.0 / 3;
        yield made(
            new Cell(a, a, ratio * a, 90, 90, 120), List.of(m, m, anion, anion), t, 2 * t, 0, 2 * t, t, .5, t, 2 * t, .375, 2 * t, t,
            .875);
      }
      case RUTILE -> {
        double u = RUTILE_U;
        double apical = Math.sqrt(2) * u;
        double equatorial = Math.sqrt(2 * (0.5 - u) * (0.5 - u) + RUTILE_RATIO * RUTILE_RATIO / 4);
        double a = bond / ((2 * apical + 4 * equatorial) / 6);
        yield made(
            new Cell(a, a, RUTILE_RATIO * a, 90, 90, 90), List.of(m, m, anion, anion, anion, anion), 0, 0, 0, .5, .5, .5, u, u, 0, 1 - u,
            1 - u, 0, .5 + u, .5 - u, .5, .5 - u, .5 + u, .5);
      }
      case PEROVSKITE -> {
        double x = radius(anion);
        double a = Math.max(2 * (radius(cations.get(1)) + x), Math.sqrt(2) * (radius(m) + x));
        List<Element> elements = new ArrayList<>(cations);
        elements.addAll(List.of(anion, anion, anion));
        yield made(cubic(a), elements, .5, .5, .5, 0, 0, 0, .5, 0, 0, 0, .5, 0, 0, 0, .5);
      }
    };
  }

  private Crystal made(Cell cell, List<Element> elements, double... places) {
    Crystal crystal = Crystal.of("", cell, elements, places);
    return crystal.named(label + " " + crystal.formula());
  }

  private static Cell cubic(double a) {
    return new Cell(a, a, a, 90, 90, 90);
  }

  /// The primitive cell of a face-centred cube with edge a.
  private static Cell faceCentred(double a) {
    double edge = a / Math.sqrt(2);
    return new Cell(edge, edge, edge, 60, 60, 60);
  }
}
