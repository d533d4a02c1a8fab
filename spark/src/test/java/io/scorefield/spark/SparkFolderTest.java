package io.scorefield.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The folder that stands in for an installation of Spark works by itself: executors and spark-submit start with nothing beside it. What
/// Spark and the program both need must not be in the program's jar only.
class SparkFolderTest {
  private static final String CONF = "org.apache.spark.SparkConf";

  private static URLClassLoader spark() throws IOException {
    List<URL> jars = new ArrayList<>();
    try (var files = Files.newDirectoryStream(Path.of(System.getenv("SPARK_HOME"), "jars"), "*.jar")) {
      for (Path jar : files) {
        jars.add(jar.toUri().toURL());
      }
    }
    return new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  @ParameterizedTest
  @ValueSource(strings = {"LZ4", "LZF", "Snappy", "ZStd"})
  void sparkCompressesByItself(String name) throws IOException, ReflectiveOperationException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = spark()) {
      thread.setContextClassLoader(loader);
      Class<?> codec = loader.loadClass("org.apache.spark.io." + name + "CompressionCodec");
      Class<?> conf = loader.loadClass(CONF);
      Object made = codec.getConstructor(conf).newInstance(conf.getConstructor(boolean.class).newInstance(false));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (OutputStream out = (OutputStream) codec.getMethod("compressedOutputStream", OutputStream.class).invoke(made, bytes)) {
        out.write(new byte[1000]);
      }
      assertThat(bytes.size()).isBetween(1, 500);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"org.apache.spark.deploy.SparkSubmit", "org.apache.commons.lang3.StringUtils", "org.apache.commons.math3.random.Well19937c"})
  void whatSparkStartsWithIsThere(String name) throws IOException, ReflectiveOperationException {
    try (URLClassLoader loader = spark()) {
      assertThat(Class.forName(name, true, loader).getClassLoader()).isSameAs(loader);
    }
  }
}
