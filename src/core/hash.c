/* SHA-256 by OpenSSL, for the provenance line of every output. */
#include "davy/file.h"

#include <openssl/evp.h>

void DavySha256(const void *data, size_t size, char hex[65]) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (!EVP_Digest(data, size, digest, &length, EVP_sha256(), NULL)) length = 0;
  for (unsigned int i = 0; i < length && i < 32; i++) snprintf(hex + 2 * i, 3, "%02x", digest[i]);
  hex[2 * (length < 32 ? length : 32)] = '\0';
}
