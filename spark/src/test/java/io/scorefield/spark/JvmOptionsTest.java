package io.scorefield.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;

class JvmOptionsTest {
  @Test
  void theLauncherGivesTheOptionsThatSparkNeeds() throws IOException {
    List<String> needed =
        Arrays.stream(JavaModuleOptions.defaultModuleOptionArray()).filter(option -> !option.contains("incubator") && !option.contains("sun.security.action")).toList();
    assertThat(Files.readAllLines(Path.of("jvm.options")).stream().filter(line -> !line.startsWith("#"))).isEqualTo(needed);
  }
}
