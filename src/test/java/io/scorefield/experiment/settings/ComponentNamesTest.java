package io.scorefield.experiment.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.scorefield.config.ConfigException;
import io.scorefield.io.FormatException;
import io.scorefield.physics.Variables;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComponentNamesTest {
  private static ComponentNames names(String columns, String declared) throws IOException {
    List<String> list = columns.isEmpty() ? List.of() : Arrays.asList(columns.split(";", -1));
    return ComponentNames.of("f.csv", list, declared, Math.max(4, list.size()));
  }

  /// Columns of the file, and the components that formulas know.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "y;x | y;x",
        "u[0];u[1];u[2];p | u[3];p",
        "k[0,0];k[0,1];k[0,2];k[1,0];k[1,1];k[1,2] | k[2,3]",
        "k[0, 0];k[1, 0];u[0] | k[2,1];u[1]",
        "Temp (K);2m;a b | Temp_K;_2m;a_b",
        "Größe;x.1;_a | Gro_e;x_1;_a",
        "pi;in;x | pi_;in_;x",
        ";x | column0;x",
        "u[0];u[2] | u_0;u_2",
        "u[1];u[2] | u_1;u_2",
        "u[0];v;u[1] | u_0;v;u_1",
        "k[1,0];k[1,1] | k_1_0;k_1_1",
        "k[0,0];k[0,1];k[1,0] | k_0_0;k_0_1;k_1_0"
      })
  void columnsNameTheComponents(String columns, String components) throws IOException {
    assertThat(names(columns, "").components()).containsExactly(components.split(";"));
    Variables.of(names(columns, "").components());
  }

  @Test
  void changedNamesAreSaid() throws IOException {
    assertThat(names("Temp (K);x", "").notes())
        .containsExactly("f.csv: names that formulas can use: Temp_K for 'Temp (K)'");
    assertThat(names("y;x", "").notes()).isEmpty();
    assertThat(names("a;b", "u[2]").notes()).containsExactly("f.csv: data.components calls the columns a, b u[2]");
    assertThat(names("u[0];u[1]", "u[2]").notes()).isEmpty();
  }

  @Test
  void withoutNamesTheUsualOnesAreTaken() throws IOException {
    assertThat(names("", "").components()).containsExactly("x[4]");
    assertThat(names("", "a b[3]").components()).containsExactly("a", "b[3]");
  }

  @Test
  void contradictionsAreErrors() {
    assertThatThrownBy(() -> names("x;y;x", ""))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("two columns are named 'x'");
    assertThatThrownBy(() -> names("x y;x-y", "")).hasMessageContaining("two columns are named 'x_y'");
    assertThatThrownBy(() -> names("y;x", "x y"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data.components says x, y, but the columns of f.csv are y, x");
    assertThatThrownBy(() -> names("u[1];u[0]", "u[2]")).hasMessageContaining("data.components says u[0], u[1]");
    assertThatThrownBy(() -> names("a;b", "x x")).hasMessageContaining("named twice");
    assertThatThrownBy(() -> names("a;b", "x 3")).hasMessageContaining("does not name components");
  }
}
