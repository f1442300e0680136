/* Physical constants, exact since the SI of 2019 (BIPM, The International System of Units, 9th
 * edition). */
#ifndef DAVY_CONSTANTS_H
#define DAVY_CONSTANTS_H

#define DAVY_FARADAY      96485.33212330983514 /* C/mol: e N_A */
#define DAVY_GAS_CONSTANT 8.314462618153239946 /* J/(mol K): k N_A */
#define DAVY_ZERO_CELSIUS 273.15               /* K */

#endif
