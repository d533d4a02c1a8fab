package io.scorefield.experiment.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scorefield.config.ConfigException;
import io.scorefield.data.Frame;
import io.scorefield.network.NetworkProgram;
import io.scorefield.physics.Variables;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnetConfigTest {
  private static ExperimentConfig bind(String network) {
    return ExperimentSource.of(
            "test", "fields.yaml", "data: {kind: darcy, axes: 2}\nschedule: {kind: cosine}\nsampler: {kind: ddpm}\n" + network)
        .bind();
  }

  private static NetworkProgram network(String settings, String... components) {
    Variables variables = Variables.of(List.of(components));
    return (NetworkProgram) bind("network: {kind: unet" + settings + "}").network().architecture(variables, Frame.of(variables.dimension()));
  }

  @Test
  void takesFieldsOnALineAndOnAPlane() {
    assertThat(network("", "k[16,16]", "u[16,16]").toString())
        .isEqualTo("U-Net of 16 channels, 2 levels and 1 block for 2 fields of 16 x 16 cells");
    assertThat(network(", padding: periodic, levels: 3, blocks: 2", "u[64]").toString())
        .isEqualTo("U-Net of 16 channels, 3 levels and 2 blocks for 1 field of 64 cells");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x y", "x u[8]", "u[8] k[4,4]", "k[4,4] u[4,8]"})
  void otherDataAreRefused(String components) {
    assertThatThrownBy(() -> network("", components.split(" ")))
        .hasMessageStartingWith("network.kind: unet is for fields of one shape, such as u[64] or k[16,16] and u[16,16]")
        .hasMessageEndingWith("the data have " + components.replace(" ", ", "));
  }

  @Test
  void gridsThatCannotBeHalvedAreRefused() {
    assertThatThrownBy(() -> network(", levels: 2", "u[18]"))
        .hasMessage("network.levels: a grid of 18 cells can be halved 1 time, not 2");
  }

  @Test
  void placesOfAPeriodicDomainAreRefused() {
    assertThatThrownBy(() -> bind("network: {kind: unet, coordinates: true, padding: periodic}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("network.coordinates: on a periodic domain no place differs from another");
    assertThatThrownBy(() -> bind("network: {kind: unet, padding: reflect}")).hasMessageContaining("zero");
  }
}
