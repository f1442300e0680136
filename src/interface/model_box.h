/* The box of a model in equal cubes: the roots of its mesh. */
#ifndef DAVY_INTERFACE_MODEL_BOX_H
#define DAVY_INTERFACE_MODEL_BOX_H

#include "interface/model.h"
#include "mesh/forest.h"

typedef struct {
  DavyBox box;
  int coarsest, finest; /* levels of its cubes */
  double level;         /* y of the counter electrode's surface at the beginning, m */
} DavyModelBox;

/* The finest cells are the largest that halving the cubes gives and that are not larger than
 * model->cell_size. DAVY_ERR_VALUE: no cubes fill the box, or too many halvings are asked for. */
DavyError DavyModelBoxOf(const DavyModel *model, DavyModelBox *box);

#endif
