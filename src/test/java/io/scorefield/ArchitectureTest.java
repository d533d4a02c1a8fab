package io.scorefield;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.scorefield.network.Mlp;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The layers: a package imports only packages below it. Packages within a package have layers of their own where they are
/// named here.
class ArchitectureTest {
  private static final String[][] LAYERS = {
    {"cli"},
    {"live"},
    {"bench"},
    {"experiment", "experiment.simulation"},
    {"report"},
    {"experiment.model", "experiment.folder"},
    {"experiment.settings"},
    {"config"},
    {"plot", "eval"},
    {"distill", "onnx"},
    {"train"},
    {"diffusion", "simulation"},
    {"engine"},
    {"matter", "thermodynamics"},
    {"schedule", "network", "physics", "data", "io"},
    {"rng", "watch"}
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.scorefield");

  private static String[] packages(int layer) {
    String[] packages = new String[LAYERS[layer].length];
    for (int i = 0; i < packages.length; i++) {
      String inner = LAYERS[layer][i].equals("experiment") ? "" : "..";
      packages[i] = "io.scorefield." + LAYERS[layer][i] + inner;
    }
    return packages;
  }

  @Test
  void noPackageImportsOneAboveIt() {
    for (int lower = 1; lower < LAYERS.length; lower++) {
      for (int upper = 0; upper < lower; upper++) {
        noClasses()
            .that()
            .resideInAnyPackage(packages(lower))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(packages(upper))
            .check(CLASSES);
      }
    }
  }

  @Test
  void packagesOfTheGroundFloorImportNoneOfTheOthersThere() {
    String[] ground = {"schedule", "physics", "data", "io"};
    for (String one : ground) {
      for (String other : ground) {
        if (!one.equals(other)) {
          noClasses()
              .that()
              .resideInAPackage("io.scorefield." + one + "..")
              .should()
              .dependOnClassesThat()
              .resideInAPackage("io.scorefield." + other + "..")
              .check(CLASSES);
        }
      }
    }
  }

  /// Every class is in a layer: a new package is put into one.
  @Test
  void everyPackageHasALayer() {
    classes().should().resideInAnyPackage(
            IntStream.range(0, LAYERS.length).boxed().flatMap(layer -> Stream.of(packages(layer))).toArray(String[]::new))
        .check(CLASSES);
  }

  @Test
  void enginesSeeTablesOnly() {
    noClasses()
        .that()
        .resideInAPackage("io.scorefield.engine..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.scorefield.schedule..", "io.scorefield.diffusion..", "io.scorefield.data..",
            "io.scorefield.io..")
        .check(CLASSES);
  }

  /// The settings make a network of some kind, engines run it; nothing between them knows which kind it is.
  @Test
  void kindsOfNetworksAreKnownToSettingsAndEnginesOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.scorefield.network..", "io.scorefield.engine..", "io.scorefield.experiment.settings..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Mlp.class)
        .check(CLASSES);
  }

  /// Within the CUDA engine: the driver below the network, the network below sampling and training, which do not know
  /// each other, and the engine on top.
  @Test
  void roomsOfTheCudaEngineImportOnlyThoseBelow() {
    String engine = "io.scorefield.engine.cuda";
    String[][] forbidden = {
      {engine + ".driver", engine, engine + ".network", engine + ".sampling", engine + ".training"},
      {engine + ".network", engine, engine + ".sampling", engine + ".training"},
      {engine + ".sampling", engine, engine + ".training"},
      {engine + ".training", engine, engine + ".sampling"}
    };
    for (String[] rule : forbidden) {
      noClasses()
          .that()
          .resideInAPackage(rule[0])
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(Arrays.copyOfRange(rule, 1, rule.length))
          .check(CLASSES);
    }
  }

  @Test
  void librariesStayWhereTheyBelong() {
    only("org.knowm.xchart..", "io.scorefield.plot..");
    only("picocli..", "io.scorefield.cli..");
    only("org.snakeyaml..", "io.scorefield.config..");
    only("java.awt..", "io.scorefield.plot..");
    only("java.lang.foreign..", "io.scorefield.engine..");
    only("com.sun.net.httpserver..", "io.scorefield.live..");
    only("jcuda..", "io.scorefield.engine.cuda.driver..");
    only("dev.hardwood..", "io.scorefield.io.parquet..");
    only("com.github.luben..", "io.scorefield.io.parquet..");
    only("io.jhdf..", "io.scorefield.io.hdf5..");
  }

  private static void only(String library, String user) {
    classes()
        .that()
        .resideOutsideOfPackage(user)
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackage(library)
        .check(CLASSES);
  }
}
