package io.scorefield.matter.crystal;

import io.scorefield.io.FormatException;
import io.scorefield.io.CsvLines;
import io.scorefield.matter.Element;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Tables of crystals, one a row, in either of two forms: with a column `cif` that holds a whole file in quotes, as in the
/// data sets Perov-5, MP-20 and Carbon-24 of CDVAE (arXiv 2110.06197); or with columns `a,b,c,alpha,beta,gamma,atoms`, where
/// `atoms` is `Ca 0.5 0.5 0.5; Ti 0 0 0; ...`. Names come from the columns `material_id`, `id` or `name`, where there is one.
final class CrystalTable {
  private static final List<String> CELL = List.of("a", "b", "c", "alpha", "beta", "gamma");

  private final String file;
  private final List<String> header;

  private CrystalTable(String file, List<String> header) {
    this.file = file;
    this.header = header;
  }

  /// @param line where it begins; quoted cells may go over several
  private record Row(List<String> cells, int line) {}

  static List<Crystal> read(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      CsvLines lines = new CsvLines(file, reader);
      CrystalTable table = new CrystalTable(file.toString(), lines.next());
      List<Crystal> crystals = new ArrayList<>();
      for (List<String> cells = lines.next(); !cells.isEmpty(); cells = lines.next()) {
        crystals.add(table.crystal(new Row(cells, lines.number())));
      }
      if (crystals.isEmpty()) {
        throw new FormatException(file + ": a table of crystals has a line of names and a row for each of them");
      }
      return crystals;
    }
  }

  private Crystal crystal(Row row) throws FormatException {
    boolean whole = header.contains("cif");
    if (!whole && !(header.containsAll(CELL) && header.contains("atoms"))) {
      throw new FormatException(file + ":1: crystals need a column 'cif', or the columns a,b,c,alpha,beta,gamma,atoms");
    }
    if (row.cells().size() != header.size()) {
      throw new FormatException(
          file + ":" + row.line() + ": " + row.cells().size() + " columns where " + header.size() + " were expected");
    }
    return whole ? whole(row) : compact(row);
  }

  private Optional<String> name(Row row) {
    return List.of("material_id", "id", "name").stream().filter(header::contains).findFirst().map(name -> row.cells().get(header.indexOf(name)));
  }

  private Crystal whole(Row row) throws FormatException {
    int column = header.indexOf("cif");
    // Line numbers of messages are those of the table: the file inside begins at a line of it.
    long before = row.line() - 1 + row.cells().subList(0, column).stream().flatMapToInt(String::chars).filter(c -> c == '\n').count();
    List<String> lines = new ArrayList<>(Collections.nCopies((int) before, ""));
    row.cells().get(column).lines().forEach(lines::add);
    Crystal crystal = CifReader.read(file, lines).getFirst();
    return name(row).map(crystal::named).orElse(crystal);
  }

  private Crystal compact(Row row) throws FormatException {
    int line = row.line();
    double[] six = new double[6];
    for (int i = 0; i < 6; i++) {
      six[i] = number(row.cells().get(header.indexOf(CELL.get(i))), line);
    }
    Cell cell;
    try {
      cell = Cell.of(six);
    } catch (IllegalArgumentException e) {
      throw new FormatException(file + ":" + line + ": " + e.getMessage(), e);
    }
    AtomList atoms = new AtomList(file, new Periodic(cell.lattice()));
    for (String atom : row.cells().get(header.indexOf("atoms")).split(";")) {
      String[] words = atom.strip().split("\\s+");
      Element element = Element.of(words[0]).orElse(null);
      if (element == null || words.length != 4) {
        throw new FormatException(file + ":" + line + ": '" + atom.strip() + "' is no atom such as 'Ca 0.5 0.5 0.5'");
      }
      double[] place = {number(words[1], line), number(words[2], line), number(words[3], line)};
      atoms.add(element, place, element.symbol(), line);
    }
    return atoms.crystal(name(row).orElse(""), cell.lattice());
  }

  private double number(String text, int line) throws FormatException {
    if (!text.strip().matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")) {
      throw new FormatException(file + ":" + line + ": '" + text + "' is no number");
    }
    return Double.parseDouble(text.strip());
  }
}
