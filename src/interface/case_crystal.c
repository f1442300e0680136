/* Reading the crystal of the metal in front: how much its surface energy depends on direction, and
 * how it stands in the box. The counter electrode's, a foil of many grains, has the mean.
 *
 *   surface_energy_anisotropy: {strength: 0.03, up: [1, 1, 0], along: [0, 0, 1]}
 */
#include "interface/case.h"

static DavyError read_direction(DavyNode node, const char *key, double direction[3]) {
  DavyNode list = DavyNodeGet(node, key);
  if (!list.index) return DAVY_OK;
  DAVY_TRY(DavyNodeExpect(list, DAVY_NODE_LIST));
  if (DavyNodeCount(list) != 3)
    return DavyFailAt(DavyNodePlace(list), DAVY_ERR_VALUE,
                      "%s: %d numbers; expected 3, a direction of the crystal, as [1, 1, 0]", key,
                      DavyNodeCount(list));
  for (int d = 0; d < 3; d++)
    DAVY_TRY(DavyNodeQuantity(DavyNodeAt(list, d), "1", -1e6, 1e6, &direction[d]));
  return DAVY_OK;
}

DavyError InterfaceCaseCrystal(DavyInterfaceCase *it, DavyNode node) {
  static const char *const others[] = {"up", "along", NULL};
  DavyMetalKinetics *metal = &it->model.metal;
  if (!node.index) return DAVY_OK;
  DAVY_TRY(InterfaceCaseSection(node, "surface_energy_anisotropy", IN_ANISOTROPY, others, NULL,
                                it->parameter));
  double strength = it->parameter[ANISOTROPY_STRENGTH].value;
  it->up[1] = it->along[0] = 1;
  DAVY_TRY(read_direction(node, "up", it->up));
  DAVY_TRY(read_direction(node, "along", it->along));
  if (!(fabs(strength) < DAVY_STRONGEST_ANISOTROPY))
    return DavyFailAt(DavyNodePlace(DavyNodeGet(node, "strength")), DAVY_ERR_VALUE,
                      "strength: %g; expected less than 1/15 = %.4g in size: beyond it directions "
                      "are missing from the equilibrium shape (negative stiffness)",
                      strength, DAVY_STRONGEST_ANISOTROPY);
  if (!DavyCrystalTurn(it->up, it->along, metal->anisotropy.axis))
    return DavyFailAt(DavyNodePlace(node), DAVY_ERR_VALUE,
                      "surface_energy_anisotropy: up [%g, %g, %g] and along [%g, %g, %g] are "
                      "parallel or zero; expected two directions",
                      it->up[0], it->up[1], it->up[2], it->along[0], it->along[1], it->along[2]);
  metal->anisotropy.strength = strength;
  if (metal->surface_energy == 0)
    InterfaceCaseWarn(it, "surface_energy_anisotropy without surface_energy has no effect");
  return DAVY_OK;
}
