/// Pages in a browser that show work while it goes on, served by this process to this machine alone.
package io.scorefield.live;
