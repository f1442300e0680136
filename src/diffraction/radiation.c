/* Radiations of laboratory tubes.
 *
 * Wavelengths of the K-alpha lines: Hoelzer et al., Phys. Rev. A 56 (1997) 4554 (Cr to Cu) and
 * International Tables C (2004), table 4.2.2.4 (Mo, Ag), key hoelzer1997; recalled. The second line
 * has half the intensity of the first.
 */
#include "davy/diffraction.h"

#include <stdbool.h>
#include <string.h>
#include "davy/units.h"
#include "davy/yaml.h"

static const struct {
  const char *name;
  double alpha1, alpha2; /* angstrom */
} tubes[] = {
    {"CuKa", 1.5405929, 1.5444274}, {"MoKa", 0.7093172, 0.7136071}, {"CoKa", 1.7889962, 1.7928357},
    {"FeKa", 1.9360413, 1.9399732}, {"CrKa", 2.2897260, 2.2936513}, {"AgKa", 0.5594218, 0.5638131},
};
enum { TUBE_COUNT = sizeof tubes / sizeof *tubes };
static const char *const known[] = {"CuKa",  "CuKa1", "MoKa",  "MoKa1", "CoKa",  "CoKa1", "FeKa",
                                    "FeKa1", "CrKa",  "CrKa1", "AgKa",  "AgKa1", NULL};

static DavyError parse_wavelength(const char *text, DavyRadiation *radiation) {
  double wavelength;
  DAVY_TRY(DavyQuantityParse(text, "m", &wavelength));
  DAVY_CHECK(wavelength > 1e-11 && wavelength < 1e-9, DAVY_ERR_VALUE,
             "radiation %s: expected a wavelength of 0.1 to 10 angstrom", text);
  *radiation = (DavyRadiation){"given", {wavelength, 0}, {1, 0}};
  return DAVY_OK;
}

DavyError DavyRadiationFind(const char *name, DavyRadiation *radiation) {
  size_t length = strlen(name);
  for (int i = 0; i < TUBE_COUNT; i++) {
    bool both = strcmp(name, tubes[i].name) == 0;
    bool first = !both && length == 5 && strncmp(name, tubes[i].name, 4) == 0 && name[4] == '1';
    if (!both && !first) continue;
    *radiation = (DavyRadiation){tubes[i].name,
                                 {1e-10 * tubes[i].alpha1, both ? 1e-10 * tubes[i].alpha2 : 0},
                                 {both ? 2.0 / 3 : 1, both ? 1.0 / 3 : 0}};
    return DAVY_OK;
  }
  if (name[0] >= '0' && name[0] <= '9') return parse_wavelength(name, radiation);
  const char *near = DavyNearestWord(name, known);
  return DavyFail(
      DAVY_ERR_LOOKUP,
      "radiation %s: not known%s%s%s; expected CuKa, CuKa1, MoKa, CoKa, FeKa, CrKa, AgKa "
      "or a wavelength such as \"0.4132 angstrom\"",
      name, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}
