package io.scorefield.live;

/// What stands in a field of a page is wrong; the message says why, and belongs beside the field.
final class WrongField extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String field;

  WrongField(String field, IllegalArgumentException reason) {
    super(reason.getMessage(), reason);
    this.field = field;
  }

  String field() {
    return field;
  }
}
