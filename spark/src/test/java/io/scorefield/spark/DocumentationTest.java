package io.scorefield.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Java of docs/spark.md is compiled as it stands, but for the checkpoint and the number of samples, and run.
class DocumentationTest {
  private static final String CHECKPOINT = "/tmp/circle/checkpoint.safetensors";
  private static final String COUNT = "1_000_000_000L";

  @Test
  void theJavaOfTheDocumentsWorks(@TempDir Path folder) throws IOException, ReflectiveOperationException {
    Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of("../docs/spark.md")));
    assertThat(block.find()).isTrue();
    String written = block.group(1);
    assertThat(written).contains(CHECKPOINT, COUNT);
    Path checkpoint = Commands.circle(folder.resolve("run"), "--set", "train.epochs=1");
    String source =
        "import io.scorefield.experiment.model.*; import io.scorefield.spark.*; import io.scorefield.train.*;\n"
            + "import java.nio.file.*; import java.util.*; import org.apache.spark.sql.*;\n"
            + "public class Snippet { public static Dataset<Row> run(SparkSession spark) throws Exception {\n"
            + written.replace(CHECKPOINT, checkpoint.toString()).replace(COUNT, "500L") + "return samples; } }";
    Path file = Files.writeString(folder.resolve("Snippet.java"), source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                messages, null, null, List.of("-cp", System.getProperty("java.class.path"), "-d", folder.toString()), null,
                compiler.getStandardFileManager(null, null, null).getJavaFileObjects(file))
            .call();
    assertThat(compiled).as(messages.toString()).isTrue();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
        SparkSession spark = Tables.session("local[2]")) {
      Dataset<?> samples = (Dataset<?>) loader.loadClass("Snippet").getMethod("run", SparkSession.class).invoke(null, spark);
      List<?> rows = samples.collectAsList();
      float[] expected = Commands.sample(checkpoint, folder.resolve("one.npy"), "-n", "500", "--seed", "1");
      assertThat(rows).hasSize(500);
      for (int i = 0; i < 500; i++) {
        Row row = (Row) rows.get(i);
        assertThat(row.getLong(0)).isEqualTo(i);
        assertThat(row.getFloat(1)).isEqualTo(expected[2 * i]);
      }
    }
  }
}
