package certificate

import "github.com/scrumkb/scrumkb/internal/typed"

// certificateCode is a certificate's address and its secret. Its 140 bits are
// more than anybody can try. It is stored without groups.
var certificateCode = typed.Code{Length: 28, Group: 4}
