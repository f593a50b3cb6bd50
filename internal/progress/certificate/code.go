package certificate

import "github.com/scrumkb/scrumkb/internal/typed"

// certificateCode is a certificate's address and its secret. Its 140 bits
// cannot be guessed. It is stored without groups.
var certificateCode = typed.Code{Length: 28, Group: 4}
