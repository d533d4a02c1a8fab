package io.scorefield.experiment.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scorefield.config.ConfigException;
import io.scorefield.data.AskedConditions;
import io.scorefield.experiment.settings.ExperimentConfig;
import io.scorefield.experiment.settings.ExperimentSource;
import io.scorefield.matter.Formula;
import io.scorefield.matter.molecule.ConformerPoints;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AskedTextTest {
  private static Model model(String experiment, String... changes) throws IOException {
    ExperimentSource source = ExperimentSource.read(experiment);
    for (String change : changes) {
      source = source.with(change);
    }
    ExperimentConfig config = source.bind();
    return Model.of(config, config.data().load(1));
  }

  private static AskedConditions rows(Model model, String text) {
    return AskedText.asked(model, text).diffuser().asked().orElseThrow();
  }

  private static void refused(Model model, String text, String reason) {
    assertThatThrownBy(() -> AskedText.asked(model, text)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(reason);
  }

  @Test
  void crystalsAreAskedForByFormulas() throws IOException {
    Model model = model("crystals", "data.points=100");
    AskedText text = AskedText.of(model).orElseThrow();
    assertThat(text.name()).isEqualTo("composition");
    AskedConditions own = model.diffuser().asked().orElseThrow();
    AskedConditions usual = rows(model, text.usual());
    assertThat(usual.size()).isEqualTo(3);
    // The first of those that are held out: cells of two atoms.
    assertThat(usual.of(1, 0, 1)).containsExactlyInAnyOrder(own.of(1, 0, 1));
    assertThat(rows(model, "SrTiO3, NaCl").of(1, 0, 2)).containsExactly(38, 22, 8, 8, 8, 0, 11, 17, 0, 0, 0, 0);
    assertThat(AskedText.asked(model, "")).isSameAs(model);
    refused(model, "NaXx", "'Xx' in the formula NaXx is no element");
    refused(model, "C60", "has 60 atoms; this model knows cells of up to 6");
    assertThat(AskedText.of(model("crystals", "data.points=100", "data.make=places"))).isEmpty();
  }

  @Test
  void moleculesAreAskedForByTheirNumberOfAtoms() throws IOException {
    Model model = model("molecules", "data.heavy-atoms=2", "data.points=20");
    AskedText text = AskedText.of(model).orElseThrow();
    AskedConditions own = model.diffuser().asked().orElseThrow();
    AskedConditions usual = rows(model, text.usual());
    assertThat(IntStream.range(0, 200).map(i -> (int) usual.of(3, i, 1)[0]).distinct().count()).isEqualTo(own.size());
    assertThat(usual.weights()).hasSize(own.size());
    assertThat(rows(model, "4").of(1, 0, 3)).containsExactly(4, 4, 4);
    refused(model, "4.5", "'4.5' is no number of atoms");
    refused(model, "100", "molecules of 100 atoms are not known");
    assertThat(AskedFor.atoms(4).of(model).diffuser().asked().orElseThrow().of(1, 0, 3)).containsExactly(4, 4, 4);
    assertThatThrownBy(() -> AskedFor.formulas("NaCl").of(model))
        .isInstanceOf(ConfigException.class)
        .hasMessage("--formula is for models of crystals (data.kind: crystals); this one takes --atoms");
  }

  @Test
  void conformersAreAskedForBySmiles() throws IOException {
    Model model = model("conformers", "data.heavy-atoms=2", "data.molecules=10", "data.starts=2");
    AskedText text = AskedText.of(model).orElseThrow();
    assertThat(rows(model, text.usual()).size()).isPositive();
    ConformerPoints points = ConformerPoints.ofComponents(model.components());
    AskedConditions asked = rows(model, "CC");
    float[] point = new float[points.dimension()];
    System.arraycopy(asked.of(1, 0, 1), 0, point, 3 * points.most(), asked.width());
    assertThat(Formula.hill(points.molecules(point, 1).getFirst().elements())).isEqualTo("C2H6");
    assertThat(points.molecules(point, 1).getFirst().bonds()).hasSize(7);
    refused(model, "CCCCCCC", "'CCCCCCC' has 23 atoms; there is room for");
    refused(model, "C(", "is no SMILES");
    refused(model, "[Na]C", "Sodium, which conformers are not learned of");
    assertThat(AskedFor.smiles("CC").of(model).diffuser().asked().orElseThrow().of(1, 0, 1)).containsExactly(asked.of(1, 0, 1));
  }
}
