/* The laws of design.h; each is stated there with symbols, units and source. */
#include <math.h>

#include "davy/constants.h"
#include "davy/design.h"

double DavyDesignSpecificEnergy(double voltage, double np_ratio, double anode_capacity,
                                double cathode_capacity, double inactive_mass,
                                double areal_capacity) {
  return voltage /
         (np_ratio / anode_capacity + 1 / cathode_capacity + inactive_mass / areal_capacity);
}

double DavyDesignFibreArea(double areal_mass, double density, double radius) {
  return 2 * areal_mass / (density * radius);
}

double DavyDesignAlloyCapacity(double thickness, double molar_volume, double x) {
  return DAVY_FARADAY * x * thickness / molar_volume;
}

double DavyDesignWickingTime(double distance, double pore_radius, double viscosity,
                             double surface_tension, double contact_angle) {
  double pull = pore_radius * surface_tension * cos(contact_angle);
  return pull > 1e-15 * pore_radius * surface_tension ? 2 * viscosity * distance * distance / pull
                                                      : INFINITY;
}
