package io.scorefield.engine.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CublasPlacesTest {
  private static final String NAME = "libcublas.so.13";

  @TempDir Path root;
  private final Map<String, String> environment = new HashMap<>();

  private Path file(String name) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.createFile(file);
  }

  private List<Path> found() throws IOException {
    return new CublasPlaces(environment, root).of(NAME);
  }

  @Test
  void thereMayBeNone() throws IOException {
    environment.put("LD_LIBRARY_PATH", "::/no/such/folder");
    environment.put("PATH", "\0:" + root);
    assertThat(found()).isEmpty();
    file("usr/local/cuda-13/lib64/libcublas.so.12");
    assertThat(found()).isEmpty();
  }

  @Test
  void theLibraryPathComesFirstThenTheToolkitThenWheels() throws IOException {
    Path wheel = file("usr/lib/python3.12/dist-packages/nvidia/cublas/lib/" + NAME);
    Path toolkit = file("usr/local/cuda-13.0/lib64/" + NAME);
    Path given = file("mine/" + NAME);
    environment.put("LD_LIBRARY_PATH", "/elsewhere:" + given.getParent());
    assertThat(found()).containsExactly(given, toolkit, wheel);
  }

  @Test
  void wheelsAreFoundByVirtualEnvironmentAndByPath() throws IOException {
    Path active = file("active/lib/python3.13/site-packages/nvidia/cu13/lib/" + NAME);
    environment.put("VIRTUAL_ENV", root.resolve("active").toString());
    assertThat(found()).containsExactly(active);
    // The first python3 of the path: a link, as in a virtual environment, to one with packages of its own.
    Path base = file("opt/python/lib/python3.12/site-packages/nvidia/cublas/lib/" + NAME);
    Path own = file("torch/.venv/lib/python3.12/site-packages/nvidia/cu13/lib/" + NAME);
    Files.createDirectories(root.resolve("torch/.venv/bin"));
    Files.createSymbolicLink(root.resolve("torch/.venv/bin/python3"), file("opt/python/bin/python3"));
    file("later/bin/python3");
    file("later/lib/python3.12/site-packages/nvidia/cu13/lib/" + NAME);
    Files.createDirectories(root.resolve("empty"));
    environment.put(
        "PATH", root.resolve("empty") + ":" + root.resolve("torch/.venv/bin") + ":" + root.resolve("later/bin"));
    List<Path> found = found();
    assertThat(found).hasSize(3);
    assertThat(found.subList(0, 2)).containsExactly(active, own);
    assertThat(found.get(2).toRealPath()).isEqualTo(base.toRealPath());
  }
}
