/* Dimensions as numbers to reckon with, and as text for people. */
#ifndef DAVY_CORE_DIMENSION_H
#define DAVY_CORE_DIMENSION_H

#include <stdbool.h>
#include "davy/units.h"

/* a + factor b, power by power: a product for 1, a quotient for -1; with a empty, a power of b. */
DavyDimension davy_dimension_sum(DavyDimension a, double factor, DavyDimension b);
bool davy_dimension_equal(DavyDimension a, DavyDimension b);
bool davy_dimension_is_pure(DavyDimension a); /* that of a number */

/* The shortest SI spelling: "V", "A/m2", "J/(mol K)", "m2/s"; "1" for a pure number. Units with
 * whole powers read back with DavyUnitDimension. */
void davy_dimension_text(DavyDimension dimension, char text[80]);

#endif
