package io.scorefield;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the build writes into the program.
class BuildTest {
  @TempDir Path folder;

  private static String done(Path in, String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(in.toFile()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    builder.environment().put("GIT_CEILING_DIRECTORIES", in.getParent().toString());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(String.join(" ", command) + ": " + out).isZero();
    return out.strip();
  }

  private static String git(Path in, String... command) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"));
    all.addAll(List.of(command));
    return done(in, all.toArray(String[]::new));
  }

  private static boolean has(String program) {
    return List.of(System.getenv("PATH").split(":")).stream().anyMatch(at -> Files.isExecutable(Path.of(at, program)));
  }

  /// The files that the step of the build reads, as a project of a name.
  private static Path project(Path at, String name) throws IOException {
    Path resources = Files.createDirectories(at.resolve("src/main/resources"));
    Files.copy(Path.of("src/main/resources/scorefield.properties"), resources.resolve("scorefield.properties"));
    String pom = Files.readString(Path.of("pom.xml"));
    Files.writeString(at.resolve("pom.xml"), pom.replaceFirst("<artifactId>scorefield</artifactId>", "<artifactId>" + name + "</artifactId>"));
    return at;
  }

  private static List<String> written(Path project) throws IOException {
    return Files.readAllLines(project.resolve("target/classes/scorefield.properties")).subList(1, 3);
  }

  @Test
  void theCommitIsThatOfTheWorktreeAndNoneOfAFolderAbove() throws Exception {
    assumeTrue(has("git") && has("mvn"), "needs git and Maven");
    Path main = project(folder.resolve("main"), "main");
    git(main, "init", "-q");
    Files.copy(Path.of(".gitignore"), main.resolve(".gitignore"));
    git(main, "add", "-A");
    git(main, "commit", "-q", "-m", "one");
    Path tree = folder.resolve("tree");
    git(main, "worktree", "add", "-q", "--detach", tree.toString());
    project(Files.createDirectory(main.resolve("unpacked")), "unpacked");
    Files.writeString(tree.resolve("pom.xml"), Files.readString(tree.resolve("pom.xml")).replace(">main<", ">tree<"));
    git(tree, "commit", "-q", "-a", "-m", "two");
    Files.writeString(
        folder.resolve("pom.xml"),
        """
        <project>
          <modelVersion>4.0.0</modelVersion>
          <groupId>io.scorefield</groupId><artifactId>all</artifactId><version>1</version><packaging>pom</packaging>
          <modules><module>tree</module><module>main</module><module>main/unpacked</module></modules>
        </project>
        """);
    List<String> command =
        new ArrayList<>(List.of("mvn", "-q", "-B", "-o", "-pl", "!.", "antrun:run@commit", "resources:resources@default-resources"));
    if (System.getProperty("maven.repo.local") != null) {
      command.add("-Dmaven.repo.local=" + System.getProperty("maven.repo.local"));
    }
    done(folder, command.toArray(String[]::new));
    assertThat(written(tree)).containsExactly("commit=" + git(tree, "rev-parse", "HEAD"), "dirty=false");
    // The folder that is not of git is a change of the one around it.
    assertThat(written(main)).containsExactly("commit=" + git(main, "rev-parse", "HEAD"), "dirty=true");
    assertThat(written(main.resolve("unpacked"))).first().isEqualTo("commit=");
    assertThat(git(tree, "rev-parse", "HEAD")).isNotEqualTo(git(main, "rev-parse", "HEAD"));
  }
}
