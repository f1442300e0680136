/* The vocabulary of EC-Lab: quantities, units, column numbers, techniques, instruments.
 *
 * Sources: pairs of .mpr files and their text exports (every row marked "pair" by the absence of
 * another mark); `g`: galvani 0.5 (github.com/echemdata/galvani), `y`: yadg 6
 * (github.com/dgbowl/yadg), both read for facts and not contradicted by a pair; `a`: assumed, from
 * the low byte that yadg knows and the high byte of its neighbours.
 *
 * Column numbers are 16 bits, little-endian, in every generation since EC-Lab 10. The number 174 is
 * <Ewe> and 430 is Phase(Zwe-ce); 211 in a list of bytes is 467. (Readers that take 11.50's list as
 * big-endian see mixed high bytes and have to guess.)
 */
#include "record/eclab_columns.h"

#include <string.h>

#define NONE DAVY_COLUMN_COUNT

static const EclabQuantity quantities[] = {
    {"time", ECLAB_KEEP, DAVY_TEST_TIME, 0, "time", "Time"},
    {"step time", ECLAB_KEEP, DAVY_STEP_TIME, 0, "step_time", "Step Time"},
    {"Ewe", ECLAB_KEEP, DAVY_VOLTAGE, 0, "working_electrode_potential",
     "Working Electrode Potential"},
    {"Ecell", ECLAB_KEEP, DAVY_VOLTAGE, 0, "cell_voltage", "Cell Voltage"},
    {"<Ewe>", ECLAB_KEEP, DAVY_VOLTAGE, 1, "average_working_electrode_potential",
     "Average Working Electrode Potential"},
    {"<Ecell>", ECLAB_KEEP, DAVY_VOLTAGE, 1, "average_cell_voltage", "Average Cell Voltage"},
    {"Ewe-Ece", ECLAB_KEEP, DAVY_VOLTAGE, 2, "working_minus_counter_potential",
     "Working Minus Counter Electrode Potential"},
    {"<Ewe-Ece>", ECLAB_KEEP, DAVY_VOLTAGE, 3, "average_working_minus_counter_potential",
     "Average Working Minus Counter Electrode Potential"},
    {"Ece", ECLAB_KEEP, NONE, 0, "counter_electrode_potential", "Counter Electrode Potential"},
    {"<Ece>", ECLAB_KEEP, NONE, 0, "average_counter_electrode_potential",
     "Average Counter Electrode Potential"},
    {"I", ECLAB_KEEP, DAVY_CURRENT, 0, "current", "Current"},
    {"<I>", ECLAB_KEEP, DAVY_CURRENT, 1, "average_current", "Average Current"},
    {"control/V", ECLAB_CONTROL, NONE, 0, "control", "Control"},
    {"control", ECLAB_KEEP, NONE, 0, "control", "Control"},
    {"dq", ECLAB_CHARGE, NONE, 0, NULL, NULL},
    {"dQ", ECLAB_KEEP, NONE, 0, "sequence_charge", "Sequence Charge"},
    {"(Q-Qo)", ECLAB_LOOPED, DAVY_NET_CAPACITY, 0, "net_capacity", "Net Capacity"},
    {"Q charge/discharge", ECLAB_KEEP, NONE, 0, "half_cycle_net_capacity",
     "Half Cycle Net Capacity"},
    {"Q charge", ECLAB_KEEP, NONE, 0, "half_cycle_charging_capacity",
     "Half Cycle Charging Capacity"},
    {"Q discharge", ECLAB_KEEP, NONE, 0, "half_cycle_discharging_capacity",
     "Half Cycle Discharging Capacity"},
    {"Capacity", ECLAB_KEEP, NONE, 0, "half_cycle_capacity", "Half Cycle Capacity"},
    {"Efficiency", ECLAB_KEEP, NONE, 0, "vendor_efficiency", "Vendor Efficiency"},
    {"half cycle", ECLAB_HALF, NONE, 0, "half_cycle", "Half Cycle"},
    {"cycle number", ECLAB_KEEP, DAVY_CYCLE_COUNT, 0, "cycle_number", "Cycle Number"},
    {"z cycle", ECLAB_KEEP, NONE, 0, "impedance_cycle", "Impedance Cycle"},
    {"Ns", ECLAB_KEEP, DAVY_STEP_ID, 0, "sequence", "Sequence"},
    {"I Range", ECLAB_KEEP, NONE, 0, "current_range_code", "Current Range Code"},
    {"x", ECLAB_KEEP, NONE, 0, "composition_x", "Composition x"},
    {"P", ECLAB_KEEP, DAVY_POWER, 0, "power", "Power"},
    {"Pwe", ECLAB_KEEP, DAVY_POWER, 0, "working_electrode_power", "Working Electrode Power"},
    {"Pce", ECLAB_KEEP, NONE, 0, "counter_electrode_power", "Counter Electrode Power"},
    {"Pwe-ce", ECLAB_KEEP, DAVY_POWER, 1, "working_minus_counter_power",
     "Working Minus Counter Power"},
    {"R", ECLAB_KEEP, NONE, 0, "resistance", "Resistance"},
    {"Rwe", ECLAB_KEEP, NONE, 0, "resistance", "Resistance"},
    {"Rce", ECLAB_KEEP, NONE, 0, "counter_electrode_resistance", "Counter Electrode Resistance"},
    {"Rwe-ce", ECLAB_KEEP, NONE, 0, "working_minus_counter_resistance",
     "Working Minus Counter Resistance"},
    {"Rapp", ECLAB_KEEP, NONE, 0, "applied_resistance", "Applied Resistance"},
    {"Rcmp", ECLAB_KEEP, NONE, 0, "compensated_resistance", "Compensated Resistance"},
    {"\"Ri\"", ECLAB_KEEP, DAVY_INTERNAL_RESISTANCE, 0, "internal_resistance",
     "Internal Resistance"},
    {"Rac", ECLAB_KEEP, NONE, 0, "ac_resistance", "AC Resistance"},
    {"Rdc", ECLAB_KEEP, DAVY_INTERNAL_RESISTANCE, 1, "dc_resistance", "DC Resistance"},
    {"Acir/Dcir Control", ECLAB_KEEP, NONE, 0, "acir_dcir_control", "ACIR DCIR Control"},
    {"|Energy|", ECLAB_KEEP, NONE, 0, "absolute_energy", "Absolute Energy"},
    {"Energy", ECLAB_LOOPED, DAVY_NET_ENERGY, 1, "net_energy", "Net Energy"},
    {"Energy we", ECLAB_LOOPED, DAVY_NET_ENERGY, 0, "working_electrode_energy",
     "Working Electrode Energy"},
    {"Energy ce", ECLAB_KEEP, NONE, 0, "counter_electrode_energy", "Counter Electrode Energy"},
    {"Energy we-ce", ECLAB_LOOPED, DAVY_NET_ENERGY, 2, "working_minus_counter_energy",
     "Working Minus Counter Energy"},
    {"Energy charge", ECLAB_KEEP, DAVY_CYCLE_CHARGING_ENERGY, 0, "cycle_charging_energy",
     "Cycle Charging Energy"},
    {"Energy discharge", ECLAB_KEEP, DAVY_CYCLE_DISCHARGING_ENERGY, 0, "cycle_discharging_energy",
     "Cycle Discharging Energy"},
    {"Energy we charge", ECLAB_KEEP, DAVY_CYCLE_CHARGING_ENERGY, 0, "cycle_charging_energy",
     "Cycle Charging Energy"},
    {"Energy we discharge", ECLAB_KEEP, DAVY_CYCLE_DISCHARGING_ENERGY, 0,
     "cycle_discharging_energy", "Cycle Discharging Energy"},
    {"Energy ce charge", ECLAB_KEEP, NONE, 0, "counter_electrode_charging_energy",
     "Counter Electrode Charging Energy"},
    {"Energy ce discharge", ECLAB_KEEP, NONE, 0, "counter_electrode_discharging_energy",
     "Counter Electrode Discharging Energy"},
    {"Energy we-ce charge", ECLAB_KEEP, NONE, 0, "working_minus_counter_charging_energy",
     "Working Minus Counter Charging Energy"},
    {"Energy we-ce discharge", ECLAB_KEEP, NONE, 0, "working_minus_counter_discharging_energy",
     "Working Minus Counter Discharging Energy"},
    {"Capacitance charge", ECLAB_KEEP, NONE, 0, "charging_capacitance", "Charging Capacitance"},
    {"Capacitance discharge", ECLAB_KEEP, NONE, 0, "discharging_capacitance",
     "Discharging Capacitance"},
    {"charge time", ECLAB_KEEP, NONE, 0, "charging_time", "Charging Time"},
    {"discharge time", ECLAB_KEEP, NONE, 0, "discharging_time", "Discharging Time"},
    {"cycle time", ECLAB_KEEP, NONE, 0, "cycle_time", "Cycle Time"},
    {"Temperature", ECLAB_KEEP, DAVY_TEMPERATURE_T1, 0, "temperature", "Temperature"},
    {"Analog IN 1", ECLAB_KEEP, NONE, 0, "analog_in_1", "Analog In 1"},
    {"Analog IN 2", ECLAB_KEEP, NONE, 0, "analog_in_2", "Analog In 2"},
    {"Analog OUT", ECLAB_KEEP, NONE, 0, "analog_out", "Analog Out"},

    {"freq", ECLAB_IMPEDANCE, DAVY_FREQUENCY, 0, "frequency", "Frequency"},
    {"Re(Z)", ECLAB_IMPEDANCE, DAVY_REAL_IMPEDANCE, 0, "real_impedance", "Real Impedance"},
    {"-Im(Z)", ECLAB_IMPEDANCE, DAVY_IMAGINARY_IMPEDANCE, 0, "negative_imaginary_impedance",
     "Negative Imaginary Impedance"},
    {"|Z|", ECLAB_IMPEDANCE, NONE, 0, "impedance_magnitude", "Impedance Magnitude"},
    {"Phase(Z)", ECLAB_IMPEDANCE, NONE, 0, "impedance_phase", "Impedance Phase"},
    {"|Ewe|", ECLAB_IMPEDANCE, NONE, 0, "working_electrode_amplitude",
     "Working Electrode Amplitude"},
    {"|I|", ECLAB_IMPEDANCE, NONE, 0, "current_amplitude", "Current Amplitude"},
    {"Cs", ECLAB_IMPEDANCE, NONE, 0, "series_capacitance", "Series Capacitance"},
    {"Cp", ECLAB_IMPEDANCE, NONE, 0, "parallel_capacitance", "Parallel Capacitance"},
    {"Cs-2", ECLAB_IMPEDANCE, NONE, 0, "series_capacitance_to_minus_two",
     "Series Capacitance To Minus Two"},
    {"Cp-2", ECLAB_IMPEDANCE, NONE, 0, "parallel_capacitance_to_minus_two",
     "Parallel Capacitance To Minus Two"},
    {"|Ece|", ECLAB_IMPEDANCE, NONE, 0, "counter_electrode_amplitude",
     "Counter Electrode Amplitude"},
    {"Phase(Zce)", ECLAB_IMPEDANCE, NONE, 0, "counter_electrode_impedance_phase",
     "Counter Electrode Impedance Phase"},
    {"|Zce|", ECLAB_IMPEDANCE, NONE, 0, "counter_electrode_impedance_magnitude",
     "Counter Electrode Impedance Magnitude"},
    {"Re(Zce)", ECLAB_IMPEDANCE, NONE, 0, "counter_electrode_real_impedance",
     "Counter Electrode Real Impedance"},
    {"-Im(Zce)", ECLAB_IMPEDANCE, NONE, 0, "counter_electrode_negative_imaginary_impedance",
     "Counter Electrode Negative Imaginary Impedance"},
    {"Phase(Zwe-ce)", ECLAB_IMPEDANCE, NONE, 0, "cell_impedance_phase", "Cell Impedance Phase"},
    {"|Zwe-ce|", ECLAB_IMPEDANCE, NONE, 0, "cell_impedance_magnitude", "Cell Impedance Magnitude"},
    {"Re(Zwe-ce)", ECLAB_IMPEDANCE, NONE, 0, "cell_real_impedance", "Cell Real Impedance"},
    {"-Im(Zwe-ce)", ECLAB_IMPEDANCE, NONE, 0, "cell_negative_imaginary_impedance",
     "Cell Negative Imaginary Impedance"},
    {"|Estack|", ECLAB_IMPEDANCE, NONE, 0, "stack_voltage_amplitude", "Stack Voltage Amplitude"},
    {"<Estack>", ECLAB_KEEP, NONE, 0, "average_stack_voltage", "Average Stack Voltage"},
    {"Phase(Zstack)", ECLAB_IMPEDANCE, NONE, 0, "stack_impedance_phase", "Stack Impedance Phase"},
    {"|Zstack|", ECLAB_IMPEDANCE, NONE, 0, "stack_impedance_magnitude",
     "Stack Impedance Magnitude"},
    {"Re(Zstack)", ECLAB_IMPEDANCE, NONE, 0, "stack_real_impedance", "Stack Real Impedance"},
    {"-Im(Zstack)", ECLAB_IMPEDANCE, NONE, 0, "stack_negative_imaginary_impedance",
     "Stack Negative Imaginary Impedance"},
    {"|E1|", ECLAB_IMPEDANCE, NONE, 0, "element_1_amplitude", "Element 1 Amplitude"},
    {"|E2|", ECLAB_IMPEDANCE, NONE, 0, "element_2_amplitude", "Element 2 Amplitude"},
    {"<E1>", ECLAB_KEEP, NONE, 0, "average_element_1_potential", "Average Element 1 Potential"},
    {"<E2>", ECLAB_KEEP, NONE, 0, "average_element_2_potential", "Average Element 2 Potential"},
    {"Phase(Z1)", ECLAB_IMPEDANCE, NONE, 0, "element_1_impedance_phase",
     "Element 1 Impedance Phase"},
    {"Phase(Z2)", ECLAB_IMPEDANCE, NONE, 0, "element_2_impedance_phase",
     "Element 2 Impedance Phase"},
    {"|Z1|", ECLAB_IMPEDANCE, NONE, 0, "element_1_impedance_magnitude",
     "Element 1 Impedance Magnitude"},
    {"|Z2|", ECLAB_IMPEDANCE, NONE, 0, "element_2_impedance_magnitude",
     "Element 2 Impedance Magnitude"},
    {"Re(Z1)", ECLAB_IMPEDANCE, NONE, 0, "element_1_real_impedance", "Element 1 Real Impedance"},
    {"Re(Z2)", ECLAB_IMPEDANCE, NONE, 0, "element_2_real_impedance", "Element 2 Real Impedance"},
    {"-Im(Z1)", ECLAB_IMPEDANCE, NONE, 0, "element_1_negative_imaginary_impedance",
     "Element 1 Negative Imaginary Impedance"},
    {"-Im(Z2)", ECLAB_IMPEDANCE, NONE, 0, "element_2_negative_imaginary_impedance",
     "Element 2 Negative Imaginary Impedance"},
    {"THD Ewe", ECLAB_IMPEDANCE, NONE, 0, "thd_ewe", "THD Ewe"},
    {"THD I", ECLAB_IMPEDANCE, NONE, 0, "thd_i", "THD I"},
    {"THD Ece", ECLAB_IMPEDANCE, NONE, 0, "thd_ece", "THD Ece"},
    {"NSD Ewe", ECLAB_IMPEDANCE, NONE, 0, "nsd_ewe", "NSD Ewe"},
    {"NSD I", ECLAB_IMPEDANCE, NONE, 0, "nsd_i", "NSD I"},
    {"NSD Ece", ECLAB_IMPEDANCE, NONE, 0, "nsd_ece", "NSD Ece"},
    {"NSR Ewe", ECLAB_IMPEDANCE, NONE, 0, "nsr_ewe", "NSR Ewe"},
    {"NSR I", ECLAB_IMPEDANCE, NONE, 0, "nsr_i", "NSR I"},
    {"NSR Ece", ECLAB_IMPEDANCE, NONE, 0, "nsr_ece", "NSR Ece"},
#define HARMONIC(n)                                                                                \
  {"|Ewe h" n "|", ECLAB_IMPEDANCE, NONE, 0, "ewe_harmonic_" n, "Ewe Harmonic " n},                \
      {"|I h" n "|", ECLAB_IMPEDANCE, NONE, 0, "i_harmonic_" n, "I Harmonic " n}, {                \
    "|Ece h" n "|", ECLAB_IMPEDANCE, NONE, 0, "ece_harmonic_" n, "Ece Harmonic " n                 \
  }
    HARMONIC("2"),
    HARMONIC("3"),
    HARMONIC("4"),
    HARMONIC("5"),
    HARMONIC("6"),
    HARMONIC("7"),
    {"d(Q-Qo)/dE", ECLAB_KEEP, NONE, 0, "differential_capacity", "Differential Capacity"},
    {"dI/dt", ECLAB_KEEP, NONE, 0, "current_rate", "Current Rate"},

    {"mode", ECLAB_MODE, NONE, 0, NULL, NULL},
    {"error", ECLAB_ERROR, NONE, 0, NULL, NULL},
#define SKIPPED(quantity)                                                                          \
  { quantity, ECLAB_SKIP, NONE, 0, NULL, NULL }
    SKIPPED("ox/red"),
    SKIPPED("control changes"),
    SKIPPED("Ns changes"),
    SKIPPED("counter inc."),
#define SKIPPED_COMPLEX(of)                                                                        \
  SKIPPED("Re(" of ")"), SKIPPED("Im(" of ")"), SKIPPED("|" of "|"), SKIPPED("Phase(" of ")")
    SKIPPED_COMPLEX("Y"),
    SKIPPED_COMPLEX("C"),
    SKIPPED_COMPLEX("M"),
    SKIPPED_COMPLEX("Permittivity"),
    SKIPPED_COMPLEX("Resistivity"),
    SKIPPED_COMPLEX("Conductivity"),
    SKIPPED("Conductivity"),
    SKIPPED("Tan(Delta)"),
    SKIPPED("Loss Angle(Delta)"),
};

/* Charge in Ah whatever the file has, all else in the units of BDF. */
static const EclabUnit units[] = {
    {"", 1, "", "1"},
    {"s", 1, "second", "s"},
    {"V", 1, "volt", "V"},
    {"mV", 1e-3, "volt", "V"},
    {"A", 1, "ampere", "A"},
    {"mA", 1e-3, "ampere", "A"},
    {"uA", 1e-6, "ampere", "A"},
    {"nA", 1e-9, "ampere", "A"},
    {"A.h", 1, "ah", "Ah"},
    {"mA.h", 1e-3, "ah", "Ah"},
    {"uA.h", 1e-6, "ah", "Ah"},
    {"C", 1.0 / 3600, "ah", "Ah"},
    {"W", 1, "watt", "W"},
    {"mW", 1e-3, "watt", "W"},
    {"uW", 1e-6, "watt", "W"},
    {"W.h", 1, "wh", "Wh"},
    {"mW.h", 1e-3, "wh", "Wh"},
    {"uW.h", 1e-6, "wh", "Wh"},
    {"Ohm", 1, "ohm", "ohm"},
    {"kOhm", 1e3, "ohm", "ohm"},
    {"Hz", 1, "hertz", "Hz"},
    {"deg", 1, "degree", "deg"},
    {"degC", 1, "celsius", "degC"},
    {"%", 1, "percent", "%"},
    {"F", 1, "farad", "F"},
    {"mF", 1e-3, "farad", "F"},
    {"uF", 1e-6, "farad", "F"},
    {"nF", 1e-9, "farad", "F"},
    {"uF-2", 1e12, "per_square_farad", "F^-2"},
    {"mA.h/g", 1, "mah_per_gram", "mAh/g"},
    {"mA.h/V", 1e-3, "ah_per_volt", "Ah/V"},
    {"mA/s", 1e-3, "ampere_per_second", "A/s"},
};

static const EclabId ids[] = {
    {1, ECLAB_FLAG, "mode"},
    {2, ECLAB_FLAG, "ox/red"},
    {3, ECLAB_FLAG, "error"},
    {4, ECLAB_F8, "time/s"},
    {5, ECLAB_F4, "control/V/mA"},
    {6, ECLAB_F4, "Ewe/V"},
    {7, ECLAB_F8, "dq/mA.h"},
    {8, ECLAB_F4, "I/mA"},
    {9, ECLAB_F4, "Ece/V"},
    {11, ECLAB_F8, "<I>/mA"},
    {13, ECLAB_F8, "(Q-Qo)/mA.h"},
    {16, ECLAB_F4, "Analog IN 1/V"},
    {17, ECLAB_F4, "Analog IN 2/V"},
    {19, ECLAB_F4, "control/V"},
    {20, ECLAB_F4, "control/mA"},
    {21, ECLAB_FLAG, "control changes"},
    {23, ECLAB_F8, "dQ/mA.h"},
    {24, ECLAB_F8, "cycle number"},
    {26, ECLAB_F4, "Rapp/Ohm"},  /* g */
    {27, ECLAB_F4, "Ewe-Ece/V"}, /* g */
    {31, ECLAB_FLAG, "Ns changes"},
    {32, ECLAB_F4, "freq/Hz"},
    {33, ECLAB_F4, "|Ewe|/V"},
    {34, ECLAB_F4, "|I|/A"},
    {35, ECLAB_F4, "Phase(Z)/deg"},
    {36, ECLAB_F4, "|Z|/Ohm"},
    {37, ECLAB_F4, "Re(Z)/Ohm"},
    {38, ECLAB_F4, "-Im(Z)/Ohm"},
    {39, ECLAB_U2, "I Range"},
    {65, ECLAB_FLAG, "counter inc."},
    {69, ECLAB_F4, "R/Ohm"}, /* g y */
    {70, ECLAB_F4, "P/W"},
    {74, ECLAB_F8, "|Energy|/W.h"},
    {75, ECLAB_F4, "Analog OUT/V"}, /* g y */
    {76, ECLAB_F4, "<I>/mA"},
    {77, ECLAB_F4, "<Ewe>/V"},
    {78, ECLAB_F4, "Cs-2/uF-2"}, /* g y */
    {96, ECLAB_F4, "|Ece|/V"},
    {98, ECLAB_F4, "Phase(Zce)/deg"},
    {99, ECLAB_F4, "|Zce|/Ohm"},
    {100, ECLAB_F4, "Re(Zce)/Ohm"},
    {101, ECLAB_F4, "-Im(Zce)/Ohm"},
    {123, ECLAB_F8, "Energy charge/W.h"},
    {124, ECLAB_F8, "Energy discharge/W.h"},
    {125, ECLAB_F8, "Capacitance charge/uF"},
    {126, ECLAB_F8, "Capacitance discharge/uF"},
    {131, ECLAB_U2, "Ns"},
    {163, ECLAB_F4, "|Estack|/V"}, /* g y */
    {168, ECLAB_F4, "Rcmp/Ohm"},   /* g y */
    {169, ECLAB_F4, "Cs/uF"},
    {172, ECLAB_F4, "Cp/uF"},
    {173, ECLAB_F4, "Cp-2/uF-2"}, /* g y */
    {174, ECLAB_F4, "<Ewe>/V"},
    {241, ECLAB_F4, "|E1|/V"},            /* y */
    {242, ECLAB_F4, "|E2|/V"},            /* g y */
    {271, ECLAB_F4, "Phase(Z1)/deg"},     /* g y */
    {272, ECLAB_F4, "Phase(Z2)/deg"},     /* g */
    {301, ECLAB_F4, "|Z1|/Ohm"},          /* g y */
    {302, ECLAB_F4, "|Z2|/Ohm"},          /* g y */
    {331, ECLAB_F4, "Re(Z1)/Ohm"},        /* g y */
    {332, ECLAB_F4, "Re(Z2)/Ohm"},        /* g y */
    {361, ECLAB_F4, "-Im(Z1)/Ohm"},       /* g y */
    {362, ECLAB_F4, "-Im(Z2)/Ohm"},       /* g y */
    {391, ECLAB_F4, "<E1>/V"},            /* g y */
    {392, ECLAB_F4, "<E2>/V"},            /* g y */
    {422, ECLAB_F4, "Phase(Zstack)/deg"}, /* g y */
    {423, ECLAB_F4, "|Zstack|/Ohm"},      /* g y */
    {424, ECLAB_F4, "Re(Zstack)/Ohm"},    /* g y */
    {425, ECLAB_F4, "-Im(Zstack)/Ohm"},   /* g y */
    {426, ECLAB_F4, "<Estack>/V"},        /* g y */
    {430, ECLAB_F4, "Phase(Zwe-ce)/deg"},
    {431, ECLAB_F4, "|Zwe-ce|/Ohm"},
    {432, ECLAB_F4, "Re(Zwe-ce)/Ohm"},
    {433, ECLAB_F4, "-Im(Zwe-ce)/Ohm"},
    {434, ECLAB_F4, "(Q-Qo)/C"},
    {435, ECLAB_F4, "dQ/C"},
    {438, ECLAB_F8, "step time/s"},
    {441, ECLAB_F4, "<Ece>/V"},          /* galvani has <Ecv>; the pairs say <Ece> */
    {462, ECLAB_F4, "Temperature/degC"}, /* g y */
    {467, ECLAB_F8, "Q charge/discharge/mA.h"},
    {468, ECLAB_U4, "half cycle"},
    {469, ECLAB_U4, "z cycle"},
    {471, ECLAB_F4, "<Ece>/V"},
    {473, ECLAB_F4, "THD Ewe/%"}, /* 473-497: g y */
    {474, ECLAB_F4, "THD I/%"},
    {475, ECLAB_F4, "THD Ece/%"}, /* y */
    {476, ECLAB_F4, "NSD Ewe/%"},
    {477, ECLAB_F4, "NSD I/%"},
    {478, ECLAB_F4, "NSD Ece/%"}, /* y */
    {479, ECLAB_F4, "NSR Ewe/%"},
    {480, ECLAB_F4, "NSR I/%"},
    {481, ECLAB_F4, "NSR Ece/%"}, /* y */
    {486, ECLAB_F4, "|Ewe h2|/V"},
    {487, ECLAB_F4, "|Ewe h3|/V"},
    {488, ECLAB_F4, "|Ewe h4|/V"},
    {489, ECLAB_F4, "|Ewe h5|/V"},
    {490, ECLAB_F4, "|Ewe h6|/V"},
    {491, ECLAB_F4, "|Ewe h7|/V"},
    {492, ECLAB_F4, "|I h2|/A"},
    {493, ECLAB_F4, "|I h3|/A"},
    {494, ECLAB_F4, "|I h4|/A"},
    {495, ECLAB_F4, "|I h5|/A"},
    {496, ECLAB_F4, "|I h6|/A"},
    {497, ECLAB_F4, "|I h7|/A"},
    {498, ECLAB_F8, "Q charge/mA.h"}, /* 498-502: g; in impedance files see below */
    {499, ECLAB_F8, "Q discharge/mA.h"},
    {500, ECLAB_F8, "step time/s"},
    {501, ECLAB_F8, "Efficiency/%"},
    {502, ECLAB_F8, "Capacity/mA.h"},
    {503, ECLAB_F4, "|Ece h7|/V"},        /* y */
    {504, ECLAB_F4, "Rac/Ohm"},           /* y */
    {505, ECLAB_F4, "Rdc/Ohm"},           /* g y */
    {509, ECLAB_U1, "Acir/Dcir Control"}, /* g y */
    {878, ECLAB_F8, "Energy ce/W.h"},     /* a */
    {880, ECLAB_F8, "Energy we/W.h"},
    {883, ECLAB_F8, "Energy ce charge/W.h"},    /* a */
    {884, ECLAB_F8, "Energy ce discharge/W.h"}, /* a */
};

/* The same numbers where harmonics are recorded (y). */
static const EclabId impedance_ids[] = {
    {498, ECLAB_F4, "|Ece h2|/V"}, {499, ECLAB_F4, "|Ece h3|/V"}, {500, ECLAB_F4, "|Ece h4|/V"},
    {501, ECLAB_F4, "|Ece h5|/V"}, {502, ECLAB_F4, "|Ece h6|/V"},
};

static const struct {
  unsigned id;
  const char *name, *full; /* full: the words of a text export; NULL where none was seen */
} techniques[] = {
    {0x04, "GCPL", "Galvanostatic Cycling with Potential Limitation"},
    {0x06, "CV", "Cyclic Voltammetry"},
    {0x0B, "OCV", "Open Circuit Voltage"},
    {0x16, "MP", "Modular Potentio"},
    {0x18, "CA", "Chronoamperometry / Chronocoulometry"},
    {0x19, "CP", "Chronopotentiometry"},
    {0x1C, "WAIT", "Wait"},
    {0x1D, "PEIS", "Potentio Electrochemical Impedance Spectroscopy"},
    {0x1E, "GEIS", "Galvano Electrochemical Impedance Spectroscopy"},
    {0x30, "CV", NULL},
    {0x32, "ZIR", "IR compensation (PEIS)"},
    {0x33, "CVA", "Cyclic Voltammetry Advanced"},
    {0x6C, "LSV", "Linear Sweep Voltammetry"},
    {0x75, "CoV", "Constant Voltage"},
    {0x76, "CoC", "Constant Current"},
    {0x77, "GCPL", NULL},
    {0x7F, "MB", "Modulo Bat"},
    {0x88, "BCD", "Battery Capacity Determination"},
};

/* Kernel numbers of the instruments; 5, 6, 12, 14, 16, 22, 26, 27 from pairs, 21 from one file of a
 * known instrument, the others recalled from the vendor's developer package. */
static const struct {
  unsigned id;
  const char *name;
} instruments[] = {
    {1, "VMP2"},    {2, "MPG"},     {3, "BiStat"},   {5, "VMP3"},
    {6, "VSP"},     {7, "HCP-803"}, {12, "VMP-300"}, {13, "SP-50"},
    {14, "SP-150"}, {16, "SP-300"}, {20, "VSP-300"}, {21, "SP-200"},
    {22, "MPG-2"},  {23, "SP-100"}, {26, "BCS-805"}, {27, "SP-240"},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const EclabQuantity *find_quantity(const char *text, size_t length) {
  for (size_t i = 0; i < COUNT(quantities); i++) {
    const char *known = quantities[i].quantity;
    if (strncmp(known, text, length) == 0 && known[length] == '\0') return &quantities[i];
  }
  return NULL;
}

static EclabUnit find_unit(const char *text, char unit_text[32]) {
  for (size_t i = 0; i < COUNT(units); i++)
    if (strcmp(units[i].text, text) == 0) return units[i];
  size_t length = strlen(text) < 31 ? strlen(text) : 31;
  memcpy(unit_text, text, length);
  unit_text[length] = '\0';
  return (EclabUnit){unit_text, 1, unit_text, unit_text};
}

const EclabQuantity *eclab_quantity(const char *heading, EclabUnit *unit, char unit_text[32]) {
  /* The longest quantity wins: "Q charge/discharge/mA.h", "ox/red", "control/V/mA". */
  for (size_t length = strlen(heading); length > 0; length--) {
    if (heading[length] != '/' && heading[length] != '\0') continue;
    const EclabQuantity *quantity = find_quantity(heading, length);
    if (!quantity) continue;
    const char *rest = heading + length + (heading[length] == '/');
    if (quantity->role == ECLAB_CONTROL && *rest == '\0') continue; /* plain "control/V" */
    *unit = find_unit(rest, unit_text);
    return quantity;
  }
  const char *slash = strrchr(heading, '/');
  *unit = find_unit(slash ? slash + 1 : "", unit_text);
  return NULL;
}

void eclab_heading(const char *begin, const char *end, char *heading, size_t size) {
  while (begin < end && (*begin == ' ' || *begin == '\r')) begin++;
  while (end > begin && (end[-1] == ' ' || end[-1] == '\r')) end--;
  size_t n = 0;
  for (const char *p = begin; p < end && n + 4 < size; p++) {
    unsigned char c = (unsigned char)*p;
    if (c < 0x80) {
      heading[n++] = *p;
    } else if (c == 0xb5) {
      heading[n++] = 'u';
    } else if (c == 0xb0) {
      memcpy(heading + n, "deg", 3);
      n += 3;
    } else if (c == 0xbd && p + 1 < end) { /* last byte of U+FFFD: the sign was lost before us */
      if (p[1] == 'F') heading[n++] = 'u';
      if (p[1] == 'C') memcpy(heading + n, "deg", 3), n += 3;
    }
  }
  heading[n] = '\0';
  if (strcmp(heading, "<Ewe/V>") == 0) memcpy(heading, "<Ewe>/V", 8); /* EC-Lab 11.50 */
}

static const EclabId *find_id(const EclabId *table, size_t count, uint16_t id) {
  for (size_t i = 0; i < count; i++)
    if (table[i].id == id) return &table[i];
  return NULL;
}

const EclabId *eclab_id(uint16_t id, bool impedance) {
  const EclabId *found = NULL;
  unsigned pages = id < 256 ? 4 : 1;
  for (unsigned page = 0; !found && page < pages; page++) {
    uint16_t wide = (uint16_t)(id + 256 * page);
    if (impedance) found = find_id(impedance_ids, COUNT(impedance_ids), wide);
    if (!found) found = find_id(ids, COUNT(ids), wide);
  }
  return found;
}

const char *eclab_technique(unsigned id) {
  for (size_t i = 0; i < COUNT(techniques); i++)
    if (techniques[i].id == id) return techniques[i].name;
  return NULL;
}

const char *eclab_technique_from_words(const char *full) {
  for (size_t i = 0; i < COUNT(techniques); i++)
    if (techniques[i].full && strcmp(techniques[i].full, full) == 0) return techniques[i].name;
  return NULL;
}

const char *eclab_instrument(unsigned id) {
  for (size_t i = 0; i < COUNT(instruments); i++)
    if (instruments[i].id == id) return instruments[i].name;
  return NULL;
}
