/* A pattern inside the module. */
#ifndef DAVY_DIFFRACTION_PATTERN_H
#define DAVY_DIFFRACTION_PATTERN_H

#include "davy/diffraction.h"

struct DavyPattern {
  DavyLine *lines;
  size_t count;
  double scale;
};

#endif
