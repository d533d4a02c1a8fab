package io.scorefield.report;

import io.scorefield.io.AtomicFile;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.plot.BallAndStick;
import io.scorefield.plot.Captions;
import io.scorefield.plot.CrystalShape;
import io.scorefield.plot.MoleculeShape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.math3.geometry.euclidean.threed.Vector3D;
import tools.jackson.databind.json.JsonMapper;

/// Molecules and crystals to be turned by hand: some of each method side by side. They are written beside the pictures of a
/// run; a report has a section for them, drawn by 3Dmol.js (Rego and Koes 2015), which is a part of the page.
///
/// @param methods such as the truth and the samples; in place of what is not finite nothing is shown
public record StructureView(List<Method> methods) {
  private static final String FILE = "structures.json";

  /// The version of 3Dmol.js: build/3Dmol-min.js of the npm package `3dmol`, licence BSD-3-Clause.
  private static final String LIBRARY = "2.5.5";

  private static final Pattern PART = Pattern.compile("\\{\\{(\\w+)}}");

  /// The structures of a method, the first is shown first; those of one number stand side by side.
  public record Method(String name, List<Shown> structures) {
    public Method {
      structures = List.copyOf(structures);
    }

    private boolean isShown() {
      return structures.stream().anyMatch(shown -> !shown.shape.balls().isEmpty());
    }
  }

  /// A structure as it is turned to the eye at first.
  ///
  /// @param caption its name or formula
  /// @param note a line below it; may be empty
  public record Shown(String caption, String note, BallAndStick shape) {
    private static final BallAndStick NOTHING = new BallAndStick(List.of(), List.of(), List.of());

    /// Nothing but a line of text.
    public static Shown none(String note) {
      return new Shown("", note, NOTHING);
    }

    /// A molecule from its flat side.
    public static Shown of(Molecule molecule, String note) {
      return of(molecule, molecule, note);
    }

    /// A molecule from the flat side of another one, which it is on its way to.
    public static Shown of(Molecule molecule, Molecule other, String note) {
      BallAndStick shape = MoleculeShape.facing(molecule, other);
      return shape.isFinite() ? new Shown(Captions.of(molecule), note, shape) : new Shown(Captions.of(molecule), "not finite", NOTHING);
    }

    /// What the script that draws it reads: caption, note, and of its atoms, bonds and edges the numbers.
    public Map<String, Object> tree() {
      return StructureView.tree(this);
    }

    /// The cell of a crystal.
    public static Shown of(Crystal crystal, String note) {
      return new Shown(Captions.of(crystal), note, CrystalShape.facing(crystal));
    }
  }

  public StructureView {
    methods = methods.stream().filter(Method::isShown).toList();
  }

  /// Writes structures.json into a folder of pictures.
  public void write(Path plots) throws IOException {
    List<Map<String, Object>> tree = new ArrayList<>();
    for (Method method : methods) {
      tree.add(Map.of("name", method.name, "structures", method.structures.stream().map(StructureView::tree).toList()));
    }
    AtomicFile.writeString(plots.resolve(FILE), JsonMapper.shared().writeValueAsString(tree) + "\n");
  }

  private static Map<String, Object> tree(Shown shown) {
    Map<String, Object> elements = new LinkedHashMap<>();
    List<List<Object>> atoms = new ArrayList<>();
    for (BallAndStick.Ball ball : shown.shape.balls()) {
      elements.put(
          ball.element().symbol(),
          Map.of("radius", brief(ball.radius()), "colour", String.format(Locale.ROOT, "#%06x", ball.element().colour())));
      atoms.add(row(ball.element().symbol(), ball.at()));
    }
    List<List<Object>> edges = new ArrayList<>();
    for (BallAndStick.Edge edge : shown.shape.edges()) {
      List<Object> row = new ArrayList<>(row(null, edge.from()));
      row.addAll(row(null, edge.to()));
      row.add(edge.axis());
      edges.add(row);
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("caption", shown.caption);
    tree.put("note", shown.note);
    tree.put("elements", elements);
    tree.put("atoms", atoms);
    tree.put("bonds", shown.shape.sticks().stream().map(bond -> List.of(bond.first(), bond.second(), bond.order())).toList());
    tree.put("edges", edges);
    return tree;
  }

  private static List<Object> row(String symbol, Vector3D at) {
    List<Object> row = new ArrayList<>();
    if (symbol != null) {
      row.add(symbol);
    }
    for (double coordinate : at.toArray()) {
      row.add(brief(coordinate));
    }
    return row;
  }

  /// To a thousandth of an angstrom.
  private static double brief(double angstrom) {
    return Math.rint(1000 * angstrom) / 1000;
  }

  /// The section of a page where a folder of pictures has structures.
  static Optional<String> section(Path plots) throws IOException {
    Path file = plots.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String data = Files.readString(file).strip();
    if (data.equals("[]")) {
      return Optional.empty();
    }
    // In one pass: what is put in is not looked at again.
    Map<String, String> parts =
        Map.of(
            // Within a script only this sign could end it.
            "data", data.replace("<", "\\u003c"),
            "version", LIBRARY,
            "licence", resource("3Dmol-LICENSE.txt"),
            "library", resource("3Dmol-min.js"),
            "viewer", resource("structure.js") + resource("structures.js"));
    return Optional.of(
        PART.matcher(resource("structures.html")).replaceAll(part -> Matcher.quoteReplacement(parts.get(part.group(1)))));
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = StructureView.class.getResourceAsStream("/web/" + name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
