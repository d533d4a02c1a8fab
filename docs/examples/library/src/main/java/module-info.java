/// A program that uses Scorefield. Its library is an automatic module: all of its packages can be used.
@SuppressWarnings("module")
module com.example.ring {
  requires io.scorefield;
}
