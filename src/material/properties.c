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
    {"band_gap", "eV", 0, 20, "of the semiconductor"},
    {"electron_affinity", "eV", 0, 10, "of the semiconductor"},
    {"electronic_conductivity", "S/m", 1e-12, 1e9, "of the solid"},
    {"double_layer_capacitance", "F/m2", 1e-4, 100, "per wetted area"},
    {"sheet_resistance", "ohm", 1e-9, 1e9, "per square"},
    {"fibre_radius", "m", 1e-9, 1e-3, "of the fibres of a cloth or felt"},
    {"sodium_contact_angle", "rad", 0, 3.1416, "of molten sodium on it, advancing"},
    /* melts */
    {"surface_tension", "N/m", 1e-4, 10, "of the liquid against its vapour"},
    /* cathodes */
    {"open_circuit_potential", "V", -5, 6, "against the alkali metal"},
    {"mean_discharge_voltage", "V", -5, 6, "against the alkali metal"},
    {"mean_charge_voltage", "V", -5, 6, "against the alkali metal"},
    {"solid_diffusivity", "m2/s", 1e-24, 1e-6, "of the alkali in the solid, chemical"},
    {"reaction_rate_constant", "m/s", 1e-20, 1, "k of i0 = F k (c_e c_s (c_max - c_s))^0.5"},
    {"maximum_concentration", "mol/m3", 1, 1e6, "of the alkali in the solid"},
    {"particle_radius", "m", 1e-9, 1e-3, "of the active material"},
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
    [DAVY_OVER_STOICHIOMETRY] = {"stoichiometry", "1", 0, 1},
};
