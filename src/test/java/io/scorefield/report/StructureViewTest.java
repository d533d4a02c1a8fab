package io.scorefield.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.Structures;
import io.scorefield.experiment.folder.RunFolder;
import io.scorefield.matter.molecule.Molecule;
import io.scorefield.report.StructureView.Method;
import io.scorefield.report.StructureView.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class StructureViewTest {
  @TempDir Path temporary;

  private String page() throws IOException {
    Report.write(new RunFolder(temporary), "t", "", Map.of(), Map.of(), List.of(), "", "seed: 1", Map.of());
    return Files.readString(new RunFolder(temporary).report());
  }

  private static Shown lost() {
    Molecule ethanol = Structures.ethanol();
    double[] nowhere = ethanol.positions();
    nowhere[4] = Double.NaN;
    return Shown.of(ethanol.at(nowhere), "");
  }

  @Test
  void aPageHasTheStructuresAndAllThatShowsThem() throws IOException {
    Path plots = Files.createDirectories(new RunFolder(temporary).plots());
    new StructureView(
            List.of(
                new Method("truth", List.of(Shown.of(Structures.ethanol(), "</script> & more"), lost())),
                new Method("plain", List.of(Shown.of(Structures.rutile(), ""))),
                new Method("lost", List.of(lost()))))
        .write(plots);
    String page = page();
    String start = "<script type=\"application/json\" id=\"structures-data\">";
    int from = page.indexOf(start) + start.length();
    JsonNode data = JsonMapper.shared().readTree(page.substring(from, page.indexOf("</script>", from)));
    assertThat(data.size()).isEqualTo(2);
    JsonNode ethanol = data.get(0).get("structures").get(0);
    assertThat(data.get(0).get("structures").size()).isEqualTo(2);
    JsonNode gone = data.get(0).get("structures").get(1);
    assertThat(gone.get("note").asString()).isEqualTo("not finite");
    assertThat(gone.get("atoms").size()).isZero();
    assertThat(ethanol.get("caption").asString()).isEqualTo("C₂H₆O");
    assertThat(ethanol.get("note").asString()).isEqualTo("</script> & more");
    assertThat(ethanol.get("atoms").size()).isEqualTo(9);
    assertThat(ethanol.get("bonds").size()).isEqualTo(8);
    assertThat(ethanol.get("elements").get("O").get("colour").asString()).isEqualTo("#ff0d0d");
    JsonNode rutile = data.get(1).get("structures").get(0);
    assertThat(rutile.get("caption").asString()).isEqualTo("rutile");
    assertThat(rutile.get("atoms").size()).isEqualTo(15);
    assertThat(rutile.get("edges").size()).isEqualTo(12);
    // One page without anything from elsewhere.
    assertThat(page).contains("University of Pittsburgh", "structures-next").doesNotContain("<script src", "<link", "{{");
  }

  @Test
  void otherRunsHaveNoSuchSection() throws IOException {
    Path plots = Files.createDirectories(new RunFolder(temporary).plots());
    assertThat(page()).doesNotContain("3Dmol");
    new StructureView(List.of(new Method("lost", List.of(lost())))).write(plots);
    assertThat(page()).doesNotContain("3Dmol");
  }

  /// As it was published: the build puts no values in.
  @Test
  void theLibraryIsThatOfItsPackage() throws Exception {
    try (InputStream library = StructureView.class.getResourceAsStream("/web/3Dmol-min.js")) {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(library.readAllBytes());
      assertThat(HexFormat.of().formatHex(digest)).isEqualTo("f7cc78921ae72e7623e89cdd111434f58c2efddd2ffda1cd212644b406fb8016");
    }
  }
}
