package io.scorefield.peers;

import io.scorefield.engine.Engine;
import io.scorefield.engine.Engines;
import io.scorefield.report.Provenance;
import io.scorefield.report.Summary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/// The native engine against ONNX Runtime and LibTorch, in one run: both sides' answers are compared first,
/// then everything is timed in turn, over and over. Writes bench/peers.json, or of molecules or
/// crystals alone bench/peers-molecules.json or bench/peers-crystals.json; nothing where another part of the work is asked for.
public final class PeerTable {
  /// Short stretches in which the processor's peak is measured: other work can only make one slower.
  private static final int PEAK_STRETCHES = 20;

  private static final double PEAK_SECONDS = 0.05;

  /// Work that has a file of its own where it is asked for alone.
  private static final String MOLECULES = "molecules";

  private static final String CRYSTALS = "crystals";

  private PeerTable() {}

  /// @param arguments the folder of peers.json; the default is bench
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments.length > 0 ? arguments[0] : "bench");
    String only = System.getProperty("peers.only", "");
    int rounds = Integer.getInteger("peers.rounds", 5);
    LibTorchPeer.threads(1); // loads its libraries, which fails where only some of its classes have been used
    try (Engine one = Engines.open("native", 1).engine();
        Engine all = Engines.open("native", Runtime.getRuntime().availableProcessors()).engine()) {
      Race race = new Race(rounds, only, peak(all));
      MlpRows perceptrons = new MlpRows(race, one, all);
      perceptrons.add("half-moons", "W1", List.of(10_000, 100_000), List.of("plain"));
      perceptrons.add("circle", "W2", List.of(10_000), List.of("plain", "literal"));
      EgnnRows graphs = new EgnnRows(race, one, all);
      graphs.add(ParticleWork.of("dw4", 4, 2), 10_000);
      graphs.add(ParticleWork.of("lj13", 13, 3), 1_000);
      PaddedRows padded = new PaddedRows(race, one, all);
      if (only.isEmpty() || only.startsWith(MOLECULES)) {
        padded.add(MOLECULES, MoleculeWork.of(), 200);
      }
      if (only.isEmpty() || only.startsWith(CRYSTALS)) {
        padded.add(CRYSTALS, CrystalWork.of(), 500);
      }
      String command = "mvn -Ppeers -DskipTests verify";
      if (only.isEmpty()) {
        write(folder.resolve("peers.json"), command, race, rounds);
      } else if (only.equals(MOLECULES) || only.equals(CRYSTALS)) {
        write(folder.resolve("peers-" + only + ".json"), command + " -Dpeers.only=" + only, race, rounds);
      }
    }
    System.exit(0); // LibTorch's threads would keep the program alive
  }

  private static OptionalDouble peak(Engine engine) {
    return IntStream.range(0, PEAK_STRETCHES)
        .mapToObj(stretch -> engine.measurePeak(PEAK_SECONDS))
        .flatMapToDouble(OptionalDouble::stream)
        .max();
  }

  private static void write(Path file, String command, Race race, int rounds) throws Exception {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("benchmark", "peers");
    tree.put("command", command);
    tree.put(
        "peers",
        Map.of(
            "LibTorch", System.getProperty("peers.libtorch", "unknown"),
            "ONNX Runtime", System.getProperty("peers.onnxruntime", "unknown")));
    tree.put("rounds", rounds);
    tree.put("results", race.rows());
    tree.put("provenance", new Provenance().machine());
    tree.put("written", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    Summary.write(file, tree);
    System.out.println("\nfigures: " + file);
  }
}
