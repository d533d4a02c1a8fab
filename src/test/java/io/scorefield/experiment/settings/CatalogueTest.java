package io.scorefield.experiment.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.scorefield.config.Choice;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  @Test
  void everyChoiceHasALineAndEverySamplerAnOrderAndASource() {
    Catalogue.subjects().forEach(
        (subject, listed) -> {
          assertThat(listed.choices()).as(subject).isNotEmpty();
          Set<String> names = new HashSet<>();
          for (Choice choice : listed.choices()) {
            assertThat(names.add(choice.name())).as(choice.name()).isTrue();
            assertThat(choice.doc()).as(choice.name()).endsWith(".");
          }
        });
    assertThat(Catalogue.subjects().get("samplers").choices())
        .allSatisfy(
            sampler -> {
              // What a consistency model's samples lack is not the steps' to give.
              assertThat(sampler.order()).matches(sampler.name().equals("consistency") ? "" : "[1-9].*");
              assertThat(sampler.source()).isNotEmpty();
            });
    assertThat(Catalogue.subjects().get("schedules").choices())
        .filteredOn(schedule -> !schedule.name().equals("given"))
        .allSatisfy(schedule -> assertThat(schedule.source()).isNotEmpty());
  }
}
