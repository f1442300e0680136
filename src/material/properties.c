/* The properties that a material file may hold. Bounds are wide: they catch slips of the unit, such
 * as a density in kg/m3 typed as g/cm3, not unusual materials. */
#include "material/parts.h"

const DavyPropertyKind davy_property_kinds[] = {
    /* any solid or liquid */
    {"molar_mass", "kg/mol", 1e-3, 10, "mass of one mole of the formula"},
    {"density", "kg/m3", 1, 3e4, "mass density"},
    {"molar_volume", "m3/mol", 1e-6, 1e-2, "volume of one mole of the formula"},
    /* metals, phases, hosts */
    {"specific_capacity", "C/kg", 1e4, 1e8, "charge per mass of the metal or of the bare host"},
    {"alkali_per_host", "1", 0, 30, "alkali atoms per host atom"},
    {"volume_expansion", "1", -0.5, 20, "volume change from the bare host, relative"},
    {"standard_potential", "V", -5, 5, "in water against the standard hydrogen electrode"},
    {"melting_point", "K", 1, 5000, "melting temperature"},
    {"surface_energy", "J/m2", 1e-3, 10, "of the solid against vacuum"},
    {"self_diffusivity", "m2/s", 1e-30, 1e-6, "tracer diffusion in itself"},
    {"youngs_modulus", "Pa", 1e6, 1e13, "of the polycrystal"},
    {"poisson_ratio", "1", -1, 0.5, "of the polycrystal"},
    {"yield_strength", "Pa", 1e3, 1e11, "of the bulk metal"},
    {"work_function", "eV", 0.5, 10, "of the polycrystal"},
    /* electrolytes */
    {"concentration", "mol/m3", 1, 2e4, "of salt, as mixed"},
    {"conductivity", "S/m", 0, 1e3, "ionic conductivity"},
    {"diffusivity", "m2/s", 1e-16, 1e-6, "of the salt"},
    {"transference_number", "1", -1, 1, "of the cation, against the solvent"},
    {"thermodynamic_factor", "1", 0.01, 100, "1 + dln f/dln c"},
    {"viscosity", "Pa s", 1e-5, 1e3, "dynamic viscosity"},
    {"exchange_current_density", "A/m2", 1e-6, 1e6, "of the alkali metal in it"},
    {"sei_resistance", "ohm m2", 1e-8, 10, "of the interphase on the alkali metal"},
    /* separators */
    {"thickness", "m", 1e-7, 1e-2, "uncompressed"},
    {"porosity", "1", 0.01, 0.999, "share of void"},
    {"tortuosity", "1", 1, 100, "porosity times the MacMullin number"},
    {"areal_mass", "kg/m2", 1e-4, 10, "mass per area"},
    {0},
};

const DavyAxisKind davy_axes[DAVY_OVER_COUNT] = {
    [DAVY_OVER_TEMPERATURE] = {"temperature", "K", 1, 5000},
    [DAVY_OVER_CONCENTRATION] = {"concentration", "mol/m3", 0, 2e4},
};
