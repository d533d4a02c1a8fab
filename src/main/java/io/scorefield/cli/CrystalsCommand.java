package io.scorefield.cli;

import io.scorefield.matter.crystal.Crystal;
import io.scorefield.matter.crystal.CrystalFiles;
import io.scorefield.matter.crystal.CrystalSet;
import io.scorefield.matter.crystal.PrototypeSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Writes the crystals of {@link PrototypeSet}.
@Command(
    name = "crystals",
    description = {
      "Makes the simplest crystals of 24 cations with O, F, S and Cl from the radii of the ions: rocksalt, CsCl, zincblende, "
          + "fluorite, wurtzite, rutile and perovskite.",
      "docs/crystals.md says which there are."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example: scorefield data crystals --out crystals.cif"})
final class CrystalsCommand implements Callable<Integer> {
  private static final long MOST = 100_000;

  private final Console console;
  @Spec private CommandSpec spec;

  @Option(
      names = {"-n", "--count"},
      converter = CountConverter.class,
      paramLabel = "N",
      defaultValue = "0",
      description = "So many crystals to learn from, drawn with thermal displacement and strain. 0: every crystal once, ideal "
          + "(default: ${DEFAULT-VALUE}).")
  private Long count;

  @Option(names = "--held-out", description = "Of the ideal crystals only those that an experiment of this seed does not learn from.")
  private boolean heldOut;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "PATH",
      required = true,
      description = "A .cif file with a block for every crystal, or a folder of .cif files.")
  private Path out;

  @Mixin private SeedOption seed;

  CrystalsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    if (count < 0 || count > MOST || (count > 0 && heldOut)) {
      throw new ParameterException(
          spec.commandLine(), count > 0 && heldOut ? "--held-out is of ideal crystals; leave out --count" : "--count must be 0 to " + MOST);
    }
    CrystalSet set = PrototypeSet.of(seed.seed());
    List<Crystal> crystals = new ArrayList<>(count > 0 ? drawn(set) : set.heldOut());
    if (count == 0 && !heldOut) {
      crystals.addAll(set.training());
    }
    CrystalFiles.write(out, crystals);
    console.line(
        crystals.size() + " crystals; an experiment of seed " + seed.seed() + " learns from " + set.training().size() + " and holds out "
            + set.heldOut().size());
    console.result("crystals: " + out);
    return CommandLineRunner.OK;
  }

  private List<Crystal> drawn(CrystalSet set) {
    return LongStream.range(0, count).mapToObj(i -> set.draw(seed.seed(), i).named(set.draw(seed.seed(), i).name() + " " + (i + 1))).toList();
  }
}
