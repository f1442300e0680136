/* Any bytes as a view: refused, or every frame unfolds, its cells fill the box, and what is written
 * reads back as the same. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "davy/field.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *text_of(const DavyView *view, size_t *length) {
  char *text = NULL;
  FILE *file = open_memstream(&text, length);
  if (!file || DavyViewWriteJson(view, file) || fclose(file)) __builtin_trap();
  return text;
}

static void check_frames(const DavyView *view) {
  for (size_t i = 0; i < DavyViewFrames(view); i++) {
    DavyFrame *frame = NULL;
    if (DavyViewFrame(view, i, &frame)) __builtin_trap();
    for (size_t k = 0; k < frame->cell_count; k++) {
      const DavyFrameCell *cell = &frame->cells[k];
      if (!(cell->size > 0) || (cell->fluid > 0) != isfinite(cell->concentration)) __builtin_trap();
    }
    DavyFrameDestroy(&frame);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  DavyView *view = NULL, *again = NULL;
  size_t length, again_length;
  if (DavyViewParse((const char *)data, size, "fuzz", &view)) return 0;
  check_frames(view);
  char *text = text_of(view, &length);
  if (DavyViewParse(text, length, "again", &again)) __builtin_trap();
  char *again_text = text_of(again, &again_length);
  if (length != again_length || memcmp(text, again_text, length)) __builtin_trap();
  free(text);
  free(again_text);
  DavyViewDestroy(&view);
  DavyViewDestroy(&again);
  return 0;
}
